"""What people and the register search saw of one job, and what they made of it: its decisions and its searches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

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


@dataclass(frozen=True)
class StoryDecision:
    """An answer, accepted or refused; `shown` is the question as the person saw it, {} if that is not known."""

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
class StorySearch:
    """One search of the register: what was asked, how much was found, and the best of it."""

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


async def read_decisions(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[StoryDecision, ...]:
    """What was answered for the job, oldest first."""
    rows = await connection.execute(_DECISIONS, {"job": job_id, "organisation": organisation_id})
    return tuple(StoryDecision(**row) for row in rows.mappings())


async def read_searches(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[StorySearch, ...]:
    """How the register was searched for the job, oldest first."""
    rows = await connection.execute(_SEARCHES, {"job": job_id, "organisation": organisation_id})
    return tuple(StorySearch(**row) for row in rows.mappings())
