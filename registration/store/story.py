"""The story of one job: where it stands, its steps, its effects, and everything that happened to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.store.story_seen import StoryDecision, StorySearch, read_decisions, read_searches

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
    select name, status, attempt, generation, needs_person, sent_at, started_at, completed_at, skip_reason,
        error_message, outputs, evidence, known
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
class StoryJob:
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
class StoryStep:
    """One of the six."""

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
class StoryEffect:
    """One row of the ledger; `sent_at` is when its request last left, `known` how it is known that it is completed."""

    name: str
    status: str
    attempt: int
    generation: int
    needs_person: bool
    sent_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    skip_reason: str | None
    error_message: str | None
    outputs: dict[str, Any] | None
    evidence: dict[str, Any] | None
    known: str | None


@dataclass(frozen=True)
class StoryEvent:
    """What happened, by whom, why; a move has both statuses, `data` says more about what is none."""

    at: datetime
    what: str
    from_status: str | None
    to_status: str | None
    actor: str
    reason: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Story:
    """All of it; steps by number, events, decisions and searches in their order."""

    job: StoryJob
    steps: tuple[StoryStep, ...]
    effects: tuple[StoryEffect, ...]
    events: tuple[StoryEvent, ...]
    decisions: tuple[StoryDecision, ...]
    searches: tuple[StorySearch, ...]


async def read_story(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> Story:
    """Raises NotFound for an unknown job and for another organisation's."""
    key = {"job": job_id, "organisation": organisation_id}
    job = (await connection.execute(_JOB, key)).mappings().one_or_none()
    if job is None:
        raise NotFound(f"there is no job {job_id} in this organisation; `registration show BATCH` lists them")
    return Story(
        StoryJob(**job),
        tuple(StoryStep(**row) for row in (await connection.execute(_STEPS, key)).mappings()),
        tuple(StoryEffect(**row) for row in (await connection.execute(_EFFECTS, key)).mappings()),
        tuple(StoryEvent(**row) for row in (await connection.execute(_EVENTS, key)).mappings()),
        await read_decisions(connection, organisation_id, job_id),
        await read_searches(connection, organisation_id, job_id),
    )
