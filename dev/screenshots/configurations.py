"""Restaurants at the configuration gate, for pictures: menus, colours, images, hours and register entries are there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from sqlalchemy import text

from dev.screenshots.companies import company_of, query_of
from dev.screenshots.desk import Desk
from dev.screenshots.places import Place
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.companies.details import CompanyDetails, Director, Shareholder
from registration.companies.matching.ranking import search_outcome
from registration.companies.models import RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.companies.queries import save_company_details, save_search, select_company
from registration.database.session import Transaction
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import Step

PALETTES: Final = (
    ("#7a1f2b", "#e9b44c"), ("#0f6e66", "#f2d0a4"), ("#27408b", "#f08a5d"), ("#3f5d3a", "#d9c27e"),
    ("#8c3b14", "#f3e1c7"), ("#1d3557", "#e63946"), ("#5c2a72", "#f4a6c0"),
)  # fmt: skip
_PEOPLE: Final = (
    "Aroha Ngata", "Graham Petrie", "Tevita Moala", "Linh Tran", "Priya Nair", "Hemi Tautahi", "Sofia Rossi",
    "Wei Chen", "Mary O'Connor",
)  # fmt: skip
_FOUND: Final = SourceOutcome(state=SourceState.FOUND)
_JOBS: Final = text("select id, restaurant_id from registration_jobs where batch_job_id = :batch order by position")
_BEGIN: Final = text("update registration_batch_jobs set started_at = clock_timestamp() where id = :batch")
_COMPLETE: Final = text(
    """
    update restaurants set contact_name = :contact, opening_hours = cast(:hours as jsonb), theme = :theme,
        primary_color = :first, secondary_color = :second, website_og_image = :header, logo_url = :logo,
        company_name = :company, company_number = :number, phone = :phone
    where id = :restaurant
    """
)
_MENU: Final = """
    with menu as (
        insert into menus (restaurant_id, version, created_at)
        values (%s, %s, clock_timestamp() - make_interval(hours => %s)) returning id
    )
    insert into menu_items (menu_id, name, price) select menu.id, 'Dish ' || n, 18.50
    from menu, generate_series(1, %s) n
"""
_FAILED: Final = text(
    "update registration_job_steps set status = 'failed', error_message = :error"
    " where job_id = :job and step_number = 1"
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Drawn:
    """The images of a restaurant, as data addresses."""

    header: str
    logo: str


async def configurations_to_confirm(
    desk: Desk, platform: AsyncConnection, name: str, images: Mapping[Place, Drawn]
) -> tuple[UUID, list[UUID]]:
    """A batch of which every restaurant waits for its configuration, and some have something in the way; `platform`
    may write menus. Its id, and its jobs in their order.
    """
    async with desk.database.transaction(desk.organisation_id) as transaction:
        ids = [await desk.restaurant(transaction, place, name) for place in images]
        for place, restaurant_id in zip(images, ids, strict=True):
            await _complete(transaction, place, restaurant_id, images[place])
    for place, restaurant_id in zip(images, ids, strict=True):
        menu = (restaurant_id, 1 + place.number % 3, 1 + place.number % 30, 24 + 7 * place.number % 90)
        await platform.execute(_MENU, menu)
    new = NewBatch(restaurant_ids=tuple(ids), created_by="mere@example.nz", options=BatchOptions(name=name))
    batch_id = await open_batch(desk.database, desk.organisation_id, new)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        await transaction.execute(_BEGIN, {"batch": batch_id})
        rows = list(await transaction.execute(_JOBS, {"batch": batch_id}))
        for place, row in zip(images, rows, strict=True):
            await _bring(transaction, place, row.id, row.restaurant_id)
    return batch_id, [row.id for row in rows]


async def _complete(transaction: Transaction, place: Place, restaurant_id: UUID, drawn: Drawn) -> None:
    """Everything that the proposal is made of; a few restaurants lack something."""
    number = place.number
    first, second = PALETTES[number % len(PALETTES)]
    values: dict[str, Any] = {
        "restaurant": restaurant_id,
        "contact": None if number % 4 == 2 else _PEOPLE[number % len(_PEOPLE)],
        "hours": json.dumps([] if number % 13 == 4 else _week(_DAYS[number % 2 :])),
        "theme": "dark" if number % 3 else "light",
        "first": None if number % 17 == 9 else first,
        "second": second,
        "header": drawn.header,
        "logo": drawn.logo,
        "company": f"{place.name.upper()} LIMITED",
        "number": company_of(place, "").company_number,
        "phone": None if number % 17 == 9 else f"+649379{1000 + number}",
    }
    await transaction.execute(_COMPLETE, values)


def _week(days: Sequence[str]) -> list[dict[str, Any]]:
    late = ("Friday", "Saturday")
    return [{"day": day, "hours": {"open": "11:00", "close": "22:30" if day in late else "21:00"}} for day in days]


async def _bring(transaction: Transaction, place: Place, job_id: UUID, restaurant_id: UUID) -> None:
    """Bring a job to the gate, with its company as steps 2 to 4 store it."""
    for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_SELECTION, Step.COMPANY_DETAILS):
        await advance(transaction, job_id, step, StepStatus.IN_PROGRESS)
        await advance(transaction, job_id, step, StepStatus.COMPLETED)
    company = company_of(place, f"{place.name.upper()} LIMITED")
    results = SearchResults(by_name=_FOUND, by_address=_FOUND, found_by_name=(company,), found_by_address=(company,))
    written = RegisterQuery(name=place.name, street=place.street, city=place.city)
    key = (transaction, job_id, restaurant_id, 1, query_of(place), {})
    await save_search(*key, search_outcome(query_of(place), results, written))
    await select_company(transaction, job_id, company.company_number)
    await save_company_details(transaction, job_id, _entry(place).model_dump(mode="json"))
    if place.number % 13 == 8:
        said = "menu extraction: the platform answered with status 503; an earlier menu is there"
        await transaction.execute(_FAILED, {"job": job_id, "error": said})
    await arrive_at(transaction, job_id, Step.YOLO_CONFIG)


def _entry(place: Place) -> CompanyDetails:
    company = company_of(place, f"{place.name.upper()} LIMITED")
    people = [_PEOPLE[(place.number + at) % len(_PEOPLE)] for at in range(2)]
    return CompanyDetails(
        company_name=company.company_name,
        company_number=company.company_number,
        nzbn=f"94290{company.company_number}0",
        status="Registered",
        incorporation_date=company.incorporation_date,
        entity_type="NZ Limited Company",
        directors=tuple(
            Director(name=one, full_legal_name=one.upper(), appointed=date(2019, 4, 1), is_held=True) for one in people
        ),
        shareholders=tuple(Shareholder(name=one, type="individual", shares=50, percentage=50) for one in people),
        gst_numbers=(f"{company.company_number[:2]}-{company.company_number[2:5]}-{100 + place.number}",),
    )
