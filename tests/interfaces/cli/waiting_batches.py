"""Batches whose restaurants wait at a gate, created without any flow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.companies.models import (
    Candidate,
    FoundCompany,
    RegisterQuery,
    SearchOutcome,
    Source,
    SourceOutcome,
    SourceState,
)
from registration.companies.queries import save_search
from registration.restaurants.queries import save_restaurant
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import Step
from tests.interfaces.cli.conftest import Commands

FOUND = SourceOutcome(state=SourceState.FOUND)
QUERY = RegisterQuery(name="kai", street="queen street", city="auckland")


@dataclass(frozen=True)
class WaitingBatch:
    """A batch, and its jobs in the order of `Kai 1`, `Kai 2`, …"""

    batch_id: UUID
    jobs: tuple[UUID, ...]


def company(number: str) -> Candidate:
    """A candidate with this company number."""
    found = FoundCompany(company_number=number, company_name=f"KAI {number} LIMITED", status="Registered")
    return Candidate(company=found, sources=frozenset({Source.NAME}), score=90, name_score=90, address_score=80)


async def open_new_batch(registration: Commands, count: int, **options: Any) -> WaitingBatch:
    """Open a batch of new restaurants, without starting it."""
    restaurants = tuple(map(UUID, await registration.restaurants(count)))
    new = NewBatch(restaurant_ids=restaurants, created_by="Mere", options=BatchOptions(name="Monday", **options))
    batch_id = await open_batch(registration.database, registration.organisation_id, new)
    jobs = await registration.query("select id from registration_jobs order by position")
    return WaitingBatch(batch_id, tuple(job["id"] for job in jobs))


async def batch_at_company_gate(registration: Commands, *preselected: str | None) -> WaitingBatch:
    """A batch whose restaurants, one per argument, wait at gate 3 with two candidates, one possibly preselected."""
    batch = await open_new_batch(registration, len(preselected))
    organisation = registration.organisation_id
    async with registration.database.transaction(organisation) as transaction:
        for job_id, best in zip(batch.jobs, preselected, strict=True):
            found = (company("1000001"), company("1000002"))
            outcome = SearchOutcome(by_name=FOUND, by_address=FOUND, candidates=found, preselected=best)
            restaurant_id = (await transaction.execute(_RESTAURANT, {"job": job_id})).scalar_one()
            await _complete_steps(transaction, organisation, job_id, Step.EXTRACTION, Step.SEARCH)
            await save_search(transaction, job_id, restaurant_id, 1, QUERY, {}, outcome)
            await arrive_at(transaction, job_id, Step.COMPANY_SELECTION)
    return batch


async def batch_at_config_gate(registration: Commands, *emails: str | None) -> WaitingBatch:
    """A batch whose restaurants, one per argument, wait at gate 5; preflight refuses one without an e-mail."""
    batch = await open_new_batch(registration, len(emails))
    organisation = registration.organisation_id
    async with registration.database.transaction(organisation) as transaction:
        for job_id, email in zip(batch.jobs, emails, strict=True):
            restaurant_id = (await transaction.execute(_RESTAURANT, {"job": job_id})).scalar_one()
            await save_restaurant(transaction, restaurant_id, COMPLETE | {"email": email})
            await _complete_steps(transaction, organisation, job_id, *list(Step)[:4])
            await arrive_at(transaction, job_id, Step.YOLO_CONFIG)
    return batch


_RESTAURANT = text("select restaurant_id from registration_jobs where id = :job")
COMPLETE: dict[str, Any] = {
    "phone": "+6493791234",
    "contact_name": "Mere Ngata",
    "primary_color": "#112233",
    "secondary_color": "#445566",
    "opening_hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
}


async def _complete_steps(connection: Any, organisation_id: UUID, job_id: UUID, *steps: Step) -> None:
    for step in steps:
        if step is not Step.COMPANY_SELECTION:
            await advance(connection, job_id, step, StepStatus.IN_PROGRESS)
        await advance(connection, job_id, step, StepStatus.COMPLETED)
