"""The batches that a flow run opened, or somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

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
