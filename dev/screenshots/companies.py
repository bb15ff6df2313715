"""Restaurants at the company gate, for pictures and tests of its page: written into the database, ranked as always."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import text

from dev.screenshots.desk import Desk
from dev.screenshots.places import Place, places
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

_JOBS: Final = text("select id, restaurant_id from registration_jobs where batch_job_id = :batch order by position")
_BEGIN: Final = text("update registration_batch_jobs set started_at = clock_timestamp() where id = :batch")
_FOUND: Final = SourceOutcome(state=SourceState.FOUND)
_AWAY: Final = SourceOutcome(state=SourceState.FAILED, error="the register answered with status 503")


def query_of(place: Place) -> RegisterQuery:
    """What is searched for a restaurant."""
    return clean_query(place.name, place.street, place.city)


def company_of(place: Place, name: str, address: str = "", *, offset: int = 0, year: int = 2019) -> FoundCompany:
    """A company of the register; at the restaurant's address if none is given."""
    return FoundCompany(
        company_number=str(5_800_000 + 10 * place.number + offset),
        company_name=name,
        registered_address=address or f"{place.street}, {place.city}, {place.postcode}, New Zealand",
        status="Registered",
        incorporation_date=date(year, 4, 1 + place.number % 28),
    )


async def companies_to_choose(
    desk: Desk, name: str, count: int, unclear: int, *, first: int = 0
) -> tuple[UUID, list[UUID]]:
    """A batch of which every restaurant waits for its company; the last `unclear` need a person. Its id, and its jobs
    in their order.
    """
    chosen = places(count, first)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        ids = [await desk.restaurant(transaction, place, name) for place in chosen]
    new = NewBatch(restaurant_ids=tuple(ids), created_by="mere@example.nz", options=BatchOptions(name=name))
    batch_id = await open_batch(desk.database, desk.organisation_id, new)
    async with desk.database.transaction(desk.organisation_id) as transaction:
        await transaction.execute(_BEGIN, {"batch": batch_id})
        rows = list(await transaction.execute(_JOBS, {"batch": batch_id}))
        for place, row in zip(chosen, rows, strict=True):
            kind = place.number - first - (count - unclear)
            await _bring(transaction, place, row.id, row.restaurant_id, kind)
    return batch_id, [row.id for row in rows]


async def _bring(transaction: Transaction, place: Place, job_id: UUID, restaurant_id: UUID, kind: int) -> None:
    """Bring a job to the gate; a negative kind is clear, the others take turns."""
    for step in (Step.EXTRACTION, Step.SEARCH):
        await advance(transaction, job_id, step, StepStatus.IN_PROGRESS)
        if step is Step.SEARCH and kind % 5 == 2 and kind >= 0:
            await save_failed_search(transaction, job_id, restaurant_id, 1, query_of(place), {}, "status 503")
            data = StepData(failure=RegisterFailure.NO_ANSWER)
            await advance(transaction, job_id, step, StepStatus.FAILED, data=data, error_message="status 503")
        else:
            await advance(transaction, job_id, step, StepStatus.COMPLETED)
    if kind < 0 or kind % 5 != 2:
        written = RegisterQuery(name=place.name, street=place.street, city=place.city)
        outcome = search_outcome(query_of(place), _results(place, kind), written)
        await save_search(transaction, job_id, restaurant_id, 1, query_of(place), {}, outcome)
    await arrive_at(transaction, job_id, Step.COMPANY_SELECTION)


def _results(place: Place, kind: int) -> SearchResults:
    """What the register has: one clear company, two close ones, none, or only what one of the two searches found."""
    name, first = place.name.upper(), place.name.split()[0].upper()
    office = "Level 2, 151 Cambridge Terrace, Christchurch, 8013"
    holding = company_of(place, f"{first} HOLDINGS LIMITED", office, offset=1, year=2003)
    if kind < 0:
        own = company_of(place, f"{name} LIMITED")
        return SearchResults(by_name=_FOUND, by_address=_FOUND, found_by_name=(own, holding), found_by_address=(own,))
    if kind % 5 == 1:
        nothing = SourceOutcome(state=SourceState.NOTHING)
        return SearchResults(by_name=nothing, by_address=nothing)
    close = (
        company_of(place, f"{name} CATERING LIMITED", office, offset=2, year=2021),
        company_of(place, f"{name} EVENTS LIMITED", f"8 High Street, {place.city}", offset=3, year=2015),
        holding,
    )
    by_address = _AWAY if kind % 5 == 3 else _FOUND
    return SearchResults(by_name=_FOUND, by_address=by_address, found_by_name=close)
