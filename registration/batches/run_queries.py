"""Queries about batches and flow runs: batches that nobody works on, and the batches that a run opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TO_RECOVER = text("select organisation_id, batch_job_id from registration_batches_to_recover()")
_LEFT = text("select organisation_id, batch_job_id from registration_batches_left()")
_ABOUT = text(
    """
    select b.organisation_id, b.id as batch_id, b.name, coalesce(l.runs, 0) as runs, l.flow_run_id as last_run_id
    from registration_batch_jobs b left join registration_leases l on l.batch_job_id = b.id
    where b.id = :batch and b.organisation_id = :organisation and coalesce(l.expires_at <= clock_timestamp(), true)
    """
)
_WAITS = text(
    """
    select exists (
        select from registration_jobs j join registration_batch_jobs b on b.id = j.batch_job_id
        where b.id = :batch and b.organisation_id = :organisation and b.started_at is not null
          and b.stopped_reason is null and j.status in ('pending', 'in_progress', 'action_required'))
    """
)


@dataclass(frozen=True)
class ToRecover:
    """A batch on which nobody works; `runs` is how often somebody took it, `last_run_id` who did so last."""

    organisation_id: UUID
    batch_id: UUID
    name: str
    runs: int
    last_run_id: UUID | None


async def batches_to_recover(connection: AsyncConnection) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of every one, over all organisations; longest started first."""
    return [(row.organisation_id, row.batch_job_id) for row in await connection.execute(_TO_RECOVER)]


async def batches_left(connection: AsyncConnection) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of every one whose process left it to people; longest started first."""
    return [(row.organisation_id, row.batch_job_id) for row in await connection.execute(_LEFT)]


async def read_to_recover(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> ToRecover | None:
    """What recovery needs to know of it; None if somebody works on it now, or it is not this organisation's."""
    found = await connection.execute(_ABOUT, {"batch": batch_id, "organisation": organisation_id})
    row = found.mappings().one_or_none()
    return ToRecover(**row) if row else None


async def waits_for_somebody(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> bool:
    """Whether it was started, and a job of it can still go on."""
    found = await connection.execute(_WAITS, {"batch": batch_id, "organisation": organisation_id})
    return bool(found.scalar_one())


_OPENED = """
    select b.id, b.name, (select count(*) from registration_jobs j where j.batch_job_id = b.id)::int as restaurants
    from registration_batch_jobs b where b.organisation_id = :organisation
"""
_OF_RUNS = text(f"{_OPENED} and b.created_by_run = any(:runs) order by array_position(:runs, b.created_by_run)")
_THESE = text(f"{_OPENED} and b.id = any(:batches) order by array_position(:batches, b.id)")

_BY = text(
    """
    select count(*) from registration_batch_jobs
    where organisation_id = :organisation and created_by = :by
      and created_at > clock_timestamp() - make_interval(hours => :hours)
    """
)


@dataclass(frozen=True)
class OpenedBatch:
    """A batch that was opened, and how many restaurants are in it."""

    id: UUID
    name: str
    restaurants: int


async def batches_of_runs(
    connection: AsyncConnection, organisation_id: UUID, run_ids: Sequence[UUID]
) -> tuple[OpenedBatch, ...]:
    """Those that are known by one of `run_ids`, in the order of these."""
    rows = await connection.execute(_OF_RUNS, {"organisation": organisation_id, "runs": list(run_ids)})
    return tuple(OpenedBatch(row.id, row.name, row.restaurants) for row in rows)


async def opened_batches(
    connection: AsyncConnection, organisation_id: UUID, batch_ids: Sequence[UUID]
) -> tuple[OpenedBatch, ...]:
    """These batches, in their order."""
    rows = await connection.execute(_THESE, {"organisation": organisation_id, "batches": list(batch_ids)})
    return tuple(OpenedBatch(row.id, row.name, row.restaurants) for row in rows)


async def count_opened_by(connection: AsyncConnection, organisation_id: UUID, by: str, hours: int) -> int:
    """How many batches somebody opened in the last hours."""
    found = await connection.execute(_BY, {"organisation": organisation_id, "by": by, "hours": hours})
    return int(found.scalar_one())
