"""Queries about the history of one job: steps, effects, events, decisions and searches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.companies.details import CompanyDetails
from registration.companies.page_evidence_queries import KeptEvidence, list_evidence
from registration.companies.queries import register_entries
from registration.database.session import Transaction
from registration.errors import NotFound

_DECISIONS = text(
    """
    select d.decided_at as at, d.gate, d.visit, g.round_number, d.answer, d.shown, d.decided_by, d.source, d.accepted,
        d.refused_reason
    from registration_decisions d left join registration_gate_rounds g on g.id = d.round_id
    where d.job_id = :job and d.organisation_id = :organisation order by d.decided_at, d.id
    """
)
_SEARCHES = text(
    """
    select coalesce(searched_at, updated_at) as at, visit, status, search_queries ->> 'restaurant_name' as name,
        search_queries ->> 'street' as street, search_queries ->> 'city' as city, candidate_count as candidates,
        combined_results #>> '{0,company,company_name}' as best,
        cast(combined_results #>> '{0,score}' as float) as best_score,
        preselected_company_number as preselected, selected_company_number as selected, error_message, source_errors
    from companies_office_search_candidates
    where registration_job_id = :job and organisation_id = :organisation order by visit
    """
)
_JOB = text(
    """
    select j.id, j.position, j.status, j.error_message, j.started_at, j.completed_at, r.id as restaurant_id,
        r.name as restaurant, r.city, b.id as batch_id, b.name as batch, b.created_at as added_at,
        b.created_by as added_by
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    join registration_batch_jobs b on b.id = j.batch_job_id
    where j.id = :job and j.organisation_id = :organisation
    """
)
_STEPS = text(
    """
    select step_number as number, step_name as name, status, visit, retry_count, arrived_at, started_at, completed_at,
        error_message
    from registration_job_steps where job_id = :job and organisation_id = :organisation order by step_number
    """
)
_EFFECTS = text(
    """
    select name, status, attempt, generation, needs_person, window_closed, sent_at, started_at, completed_at,
        skip_reason, error_message, error_details, outputs, evidence, known
    from registration_sub_steps where job_id = :job and organisation_id = :organisation
    """
)
_EVENTS = text(
    """
    select created_at as at, what, from_status, to_status, actor, reason, data from registration_events
    where job_id = :job and organisation_id = :organisation order by created_at, id
    """
)


@dataclass(frozen=True)
class HistoryDecision:
    """An answer, accepted or refused; `shown` is the question as the person saw it, {} if it is not known."""

    at: datetime
    gate: str
    visit: int
    round_number: int | None
    answer: dict[str, Any]
    shown: dict[str, Any]
    decided_by: str
    source: str
    accepted: bool
    refused_reason: str | None


@dataclass(frozen=True)
class HistorySearch:
    """One search of the register: the query, the number of candidates, and the best one."""

    at: datetime
    visit: int
    status: str
    name: str | None
    street: str | None
    city: str | None
    candidates: int
    best: str | None
    best_score: float | None
    preselected: str | None
    selected: str | None
    error_message: str | None
    source_errors: dict[str, Any]


async def read_decisions(transaction: Transaction, job_id: UUID) -> tuple[HistoryDecision, ...]:
    """The answers for the job, oldest first."""
    rows = await transaction.execute(_DECISIONS, {"job": job_id, "organisation": transaction.organisation_id})
    return tuple(HistoryDecision(**row) for row in rows.mappings())


async def read_searches(transaction: Transaction, job_id: UUID) -> tuple[HistorySearch, ...]:
    """The searches of the register for the job, oldest first."""
    rows = await transaction.execute(_SEARCHES, {"job": job_id, "organisation": transaction.organisation_id})
    return tuple(HistorySearch(**row) for row in rows.mappings())


@dataclass(frozen=True)
class HistoryJob:
    """The job, with the names of its restaurant and batch."""

    id: UUID
    position: int
    status: str
    error_message: str | None
    started_at: datetime | None
    completed_at: datetime | None
    restaurant_id: UUID
    restaurant: str
    city: str | None
    batch_id: UUID
    batch: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class HistoryStep:
    """One of the six steps."""

    number: int
    name: str
    status: str
    visit: int
    retry_count: int
    arrived_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    error_message: str | None


@dataclass(frozen=True)
class HistoryEffect:
    """A row of the ledger; `sent_at` is when its request was last sent, `known` the assurance of its completion.

    `window_closed`: nothing of what was sent can still take effect. `error_details` are what the platform said.
    """

    name: str
    status: str
    attempt: int
    generation: int
    needs_person: bool
    window_closed: bool
    sent_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    skip_reason: str | None
    error_message: str | None
    error_details: dict[str, Any] | None
    outputs: dict[str, Any] | None
    evidence: dict[str, Any] | None
    known: str | None

    @property
    def attempts(self) -> int:
        """The number of attempts since it was opened last, the present one among them; 0 before the first."""
        return self.attempt + 1 if self.started_at else 0


@dataclass(frozen=True)
class HistoryEvent:
    """An event, its actor and its reason. A change of status has both statuses; other events have `data`."""

    at: datetime
    what: str
    from_status: str | None
    to_status: str | None
    actor: str
    reason: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class History:
    """The history of a job; steps by number, events, decisions and searches by time. `entry` is its company's entry in
    the register, None if none was read; `evidence` are the register's pages that were not understood.
    """

    job: HistoryJob
    steps: tuple[HistoryStep, ...]
    effects: tuple[HistoryEffect, ...]
    events: tuple[HistoryEvent, ...]
    decisions: tuple[HistoryDecision, ...]
    searches: tuple[HistorySearch, ...]
    entry: CompanyDetails | None = None
    evidence: tuple[KeptEvidence, ...] = ()


async def read_history(transaction: Transaction, job_id: UUID) -> History:
    """The history of a job. Raises NotFound for an unknown or foreign job."""
    key = {"job": job_id, "organisation": transaction.organisation_id}
    job = (await transaction.execute(_JOB, key)).mappings().one_or_none()
    if job is None:
        raise NotFound(f"there is no job {job_id} in this organisation", code="JOB_NOT_FOUND")
    return History(
        HistoryJob(**job),
        tuple(HistoryStep(**row) for row in (await transaction.execute(_STEPS, key)).mappings()),
        tuple(HistoryEffect(**row) for row in (await transaction.execute(_EFFECTS, key)).mappings()),
        tuple(HistoryEvent(**row) for row in (await transaction.execute(_EVENTS, key)).mappings()),
        await read_decisions(transaction, job_id),
        await read_searches(transaction, job_id),
        (await register_entries(transaction, [job_id])).get(job_id),
        await list_evidence(transaction, job_id),
    )
