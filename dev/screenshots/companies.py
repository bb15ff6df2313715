"""Restaurants at the company gate, for pictures and tests of its page: written into the database, ranked as always."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final
from uuid import UUID

from sqlalchemy import text

from dev.screenshots.desk import Desk
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.companies.matching.query_cleaning import clean_query
from registration.companies.matching.ranking import search_outcome
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults, SourceOutcome, SourceState
from registration.companies.queries import save_failed_search, save_search
from registration.database.session import Transaction
from registration.states import StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import Step

_FIRST: Final = (
    "Saffron", "Kererū", "Whetū", "Smokehouse", "Copper", "Pōhutukawa", "Lantern", "Juniper", "Tōtara", "Marigold",
)  # fmt: skip
_SECOND: Final = ("Lane", "Kitchen", "Ramen Bar", "Wok", "Table")
_PLACES: Final = (
    ("72 Victoria Street", "Christchurch", "8013"),
    ("18 Cuba Street", "Wellington", "6011"),
    ("5 Emerson Street", "Napier", "4110"),
    ("41 Devonport Road", "Tauranga", "3110"),
    ("9 Hurstmere Road", "Takapuna", "0622"),
    ("120 George Street", "Dunedin", "9016"),
)
_RESTAURANT: Final = text(
    "insert into restaurants (organisation_id, name, address, city, email, phone, contact_name, website_url)"
    " values (:organisation, :name, :address, :city, :email, '+6493791234', 'Mere Walker', 'https://kai.example.nz')"
    " returning id"
)
_JOBS: Final = text("select id, restaurant_id from registration_jobs where batch_job_id = :batch order by position")
_BEGIN: Final = text("update registration_batch_jobs set started_at = clock_timestamp() where id = :batch")
_FOUND: Final = SourceOutcome(state=SourceState.FOUND)
_AWAY: Final = SourceOutcome(state=SourceState.FAILED, error="the register answered with status 503")


@dataclass(frozen=True)
class _Place:
    """A restaurant to search for."""

    number: int
    name: str
    street: str
    city: str
    postcode: str

    @property
    def query(self) -> RegisterQuery:
        return clean_query(self.name, self.street, self.city)

    def company(self, name: str, address: str = "", *, offset: int = 0, year: int = 2019) -> FoundCompany:
        """A company of the register; at the restaurant's address if none is given."""
        return FoundCompany(
            company_number=str(5_800_000 + 10 * self.number + offset),
            company_name=name,
            registered_address=address or f"{self.street}, {self.city}, {self.postcode}, New Zealand",
            status="Registered",
            incorporation_date=date(year, 4, 1 + self.number % 28),
        )


def _places(count: int) -> list[_Place]:
    """Restaurants with different names; their towns repeat."""
    names = [f"{first} {second}" for second, first in product(_SECOND, _FIRST)][:count]
    return [_Place(number, name, *_PLACES[number % len(_PLACES)]) for number, name in enumerate(names)]


async def companies_to_choose(desk: Desk, name: str, count: int, unclear: int) -> tuple[UUID, list[UUID]]:
    """A batch of which every restaurant waits for its company; the last `unclear` need a person. Its id, and its jobs
    in their order.
    """
    places = _places(count)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        ids = [await _restaurant(transaction, place, name) for place in places]
    new = NewBatch(restaurant_ids=tuple(ids), created_by="mere@example.nz", options=BatchOptions(name=name))
    batch_id = await open_batch(desk.database, desk.organisation_id, new)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        await transaction.execute(_BEGIN, {"batch": batch_id})
        rows = list(await transaction.execute(_JOBS, {"batch": batch_id}))
        for place, row in zip(places, rows, strict=True):
            kind = place.number - (count - unclear)
            await _bring(transaction, place, row.id, row.restaurant_id, kind)
    return batch_id, [row.id for row in rows]


async def _restaurant(transaction: Transaction, place: _Place, batch: str) -> UUID:
    values = {
        "organisation": transaction.organisation_id,
        "name": place.name,
        "address": f"{place.street}, {place.city}",
        "city": place.city,
        "email": f"owner-{place.number}-{abs(hash(batch))}@example.nz",
    }
    return (await transaction.execute(_RESTAURANT, values)).scalar_one()


async def _bring(transaction: Transaction, place: _Place, job_id: UUID, restaurant_id: UUID, kind: int) -> None:
    """Bring a job to the gate; a negative kind is clear, the others take turns."""
    for step in (Step.EXTRACTION, Step.SEARCH):
        await advance(transaction, job_id, step, StepStatus.IN_PROGRESS)
        if step is Step.SEARCH and kind % 5 == 2 and kind >= 0:
            await save_failed_search(transaction, job_id, restaurant_id, 1, place.query, {}, "status 503")
            data = StepData(failure=RegisterFailure.NO_ANSWER)
            await advance(transaction, job_id, step, StepStatus.FAILED, data=data, error_message="status 503")
        else:
            await advance(transaction, job_id, step, StepStatus.COMPLETED)
    if kind < 0 or kind % 5 != 2:
        written = RegisterQuery(name=place.name, street=place.street, city=place.city)
        outcome = search_outcome(place.query, _results(place, kind), written)
        await save_search(transaction, job_id, restaurant_id, 1, place.query, {}, outcome)
    await arrive_at(transaction, job_id, Step.COMPANY_SELECTION)


def _results(place: _Place, kind: int) -> SearchResults:
    """What the register has: one clear company, two close ones, none, or only what one of the two searches found."""
    name, first = place.name.upper(), place.name.split()[0].upper()
    office = "Level 2, 151 Cambridge Terrace, Christchurch, 8013"
    holding = place.company(f"{first} HOLDINGS LIMITED", office, offset=1, year=2003)
    if kind < 0:
        own = place.company(f"{name} LIMITED")
        return SearchResults(by_name=_FOUND, by_address=_FOUND, found_by_name=(own, holding), found_by_address=(own,))
    if kind % 5 == 1:
        nothing = SourceOutcome(state=SourceState.NOTHING)
        return SearchResults(by_name=nothing, by_address=nothing)
    close = (
        place.company(f"{name} CATERING LIMITED", office, offset=2, year=2021),
        place.company(f"{name} EVENTS LIMITED", f"8 High Street, {place.city}", offset=3, year=2015),
        holding,
    )
    by_address = _AWAY if kind % 5 == 3 else _FOUND
    return SearchResults(by_name=_FOUND, by_address=by_address, found_by_name=close)
