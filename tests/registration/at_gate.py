"""Jobs that wait at a gate, and what is answered there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.companies.models import (
    Candidate,
    FoundCompany,
    RegisterQuery,
    SearchOutcome,
    Source,
    SourceOutcome,
    SourceState,
)
from registration.companies.queries import save_failed_search, save_search
from registration.database.session import Transaction
from registration.gates.decide import decide
from registration.gates.decisions import AnyAnswer, Channel, SubmittedAnswer, Verdict
from registration.states import StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.snapshot import JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import GateName, Step
from tests.registration.tenant import Tenant

NUMBERS = ("1234567", "7654321")
QUERY = RegisterQuery(name="Kai", street="1 Queen Street", city="Auckland")
GATES = {Step.COMPANY_SELECTION: GateName.COMPANY_SELECTION, Step.YOLO_CONFIG: GateName.YOLO_CONFIG}


@dataclass(frozen=True)
class AtGate:
    """One job that waits at a gate."""

    tenant: Tenant
    batch_id: UUID
    job_id: UUID
    restaurant_id: UUID
    step: Step

    async def answer(
        self,
        answer: AnyAnswer,
        *,
        visit: int = 1,
        by: str = "Mere",
        channel: Channel = Channel.CLI,
        round_id: UUID | None = None,
    ) -> Verdict:
        """Decide through the one way in."""
        given = SubmittedAnswer(
            job_id=self.job_id,
            gate=GATES[self.step],
            visit=visit,
            answer=answer,
            decided_by=by,
            channel=channel,
            round_id=round_id,
        )
        return await decide(self.tenant.database, self.tenant.organisation_id, given)

    async def job(self) -> JobView:
        """How the job stands."""
        async with self.tenant.database.transaction(self.tenant.organisation_id) as transaction:
            return (await read_snapshot(transaction, self.batch_id)).jobs[self.job_id]

    async def letters(self) -> str:
        """The six steps by the first letters of their statuses."""
        return "".join(view.status[0] for view in (await self.job()).steps.values())

    async def query(self, sql: str, **values: Any) -> list[Mapping[str, Any]]:
        """Rows of a statement about this job and its restaurant."""
        bound = {"job": self.job_id, "restaurant": self.restaurant_id} | values
        async with self.tenant.database.transaction(self.tenant.organisation_id) as transaction:
            found = await transaction.execute(text(sql), {k: v for k, v in bound.items() if f":{k}" in sql})
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def restaurant(self) -> Mapping[str, Any]:
        """Its row."""
        return (await self.query("select * from restaurants where id = :restaurant"))[0]

    async def decisions(self) -> list[Mapping[str, Any]]:
        """What was decided about the job, oldest first."""
        return await self.query("select * from registration_decisions where job_id = :job order by decided_at")


async def at_company_gate(tenant: Tenant, **restaurant: Any) -> AtGate:
    """A job with two candidates that waits for its company."""
    [waiting] = await all_at_company_gate(tenant, restaurant)
    return waiting


async def all_at_company_gate(tenant: Tenant, *restaurants: dict[str, Any]) -> list[AtGate]:
    """The same of several restaurants, in one batch."""
    waiting = await searched(tenant, *restaurants)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for one in waiting:
            await arrive_at(transaction, one.job_id, Step.COMPANY_SELECTION)
    return waiting


async def searched(tenant: Tenant, *restaurants: dict[str, Any]) -> list[AtGate]:
    """Jobs of one batch on their way to the company gate: the first of two candidates is clearly best."""
    ids = [(await tenant.restaurant(**restaurant))[0] for restaurant in restaurants]
    batch_id, jobs = await tenant.batch(*ids)
    waiting = [AtGate(tenant, batch_id, jobs[one], one, Step.COMPANY_SELECTION) for one in ids]
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for one in waiting:
            await _end(transaction, one, Step.SEARCH)
            key = (transaction, one.job_id, one.restaurant_id)
            await save_search(*key, 1, QUERY, {}, found_companies(*NUMBERS))
    return waiting


async def at_gate_after_failed_search(
    tenant: Tenant, failure: RegisterFailure = RegisterFailure.NO_ANSWER, **restaurant: Any
) -> AtGate:
    """A job that waits at the company gate because its first search failed."""
    restaurant_id, _ = await tenant.restaurant(**restaurant)
    batch_id, jobs = await tenant.batch(restaurant_id)
    waiting = AtGate(tenant, batch_id, jobs[restaurant_id], restaurant_id, Step.COMPANY_SELECTION)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await save_failed_search(transaction, waiting.job_id, restaurant_id, 1, QUERY, {}, "status 503")
        await fail(transaction, waiting, Step.SEARCH, failure)
        await arrive_at(transaction, waiting.job_id, Step.COMPANY_SELECTION)
    return waiting


async def fail(transaction: Transaction, waiting: AtGate, step: Step, failure: RegisterFailure) -> None:
    """Fail a step as the register fails it."""
    await advance(transaction, waiting.job_id, step, StepStatus.IN_PROGRESS)
    data = StepData(failure=failure)
    await advance(transaction, waiting.job_id, step, StepStatus.FAILED, data=data, error_message="status 503")


async def at_config_gate(tenant: Tenant, **restaurant: Any) -> AtGate:
    """A job with everything that step 6 needs, which waits for its configuration."""
    [waiting] = await all_at_config_gate(tenant, restaurant)
    return waiting


async def all_at_config_gate(tenant: Tenant, *restaurants: dict[str, Any]) -> list[AtGate]:
    """The same of several restaurants, in one batch."""
    ready = {
        "primary_color": "#112233",
        "secondary_color": "#445566",
        "contact_name": "Mere Walker",
        "address": "1 Queen Street, Auckland",
        "opening_hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
        "website_og_image": "https://kai.example.nz/share.jpg",
    }
    ids = [(await tenant.restaurant(**ready | restaurant))[0] for restaurant in restaurants]
    batch_id, jobs = await tenant.batch(*ids)
    waiting = [AtGate(tenant, batch_id, jobs[one], one, Step.YOLO_CONFIG) for one in ids]
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for one in waiting:
            for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_SELECTION, Step.COMPANY_DETAILS):
                await _end(transaction, one, step)
            await arrive_at(transaction, one.job_id, Step.YOLO_CONFIG)
    return waiting


async def _end(transaction: Transaction, waiting: AtGate, step: Step) -> None:
    key = (transaction, waiting.job_id, step)
    await advance(*key, StepStatus.IN_PROGRESS)
    await advance(*key, StepStatus.COMPLETED)


def found_companies(*numbers: str) -> SearchOutcome:
    """What a search found: companies of these numbers, of which the first is clearly best."""
    found = SourceOutcome(state=SourceState.FOUND)
    companies = (
        FoundCompany(company_number=one, company_name=f"KAI {one} LIMITED", status="Registered") for one in numbers
    )
    candidates = tuple(
        Candidate(company=one, sources=frozenset({Source.NAME}), score=90, name_score=90, address_score=0)
        for one in companies
    )
    return SearchOutcome(
        by_name=found, by_address=found, candidates=candidates, preselected=numbers[0] if numbers else None
    )
