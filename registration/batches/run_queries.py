"""Queries about batches and flow runs: batches without a live process, and the batches that a run opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

_TO_RECOVER = text("select organisation_id, batch_job_id from registration_batches_to_recover()")
_WAITING_FOR_PEOPLE = text("select organisation_id, batch_job_id from registration_batches_left()")
_ABOUT = text(
    """
    select b.organisation_id, b.id as batch_id, b.name, coalesce(l.runs, 0) as runs, l.flow_run_id as last_run_id
    from registration_batch_jobs b left join registration_leases l on l.batch_job_id = b.id
    where b.id = :batch and b.organisation_id = :organisation and coalesce(l.expires_at <= clock_timestamp(), true)
    """
)
_HAS_OPEN_JOBS = text(
    """
    select exists (
        select from registration_jobs j join registration_batch_jobs b on b.id = j.batch_job_id
        where b.id = :batch and b.organisation_id = :organisation and b.started_at is not null
          and b.stopped_reason is null and j.status in ('pending', 'in_progress', 'action_required'))
    """
)
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
class ToRecover:
    """A batch without a live process; `runs` is how often a process took it, `last_run_id` the flow run of the last
    one.
    """

    organisation_id: UUID
    batch_id: UUID
    name: str
    runs: int
    last_run_id: UUID | None


async def batches_to_recover(transaction: Transaction) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of each batch that recovery has to start, over all organisations; longest
    started first.
    """
    return [(row.organisation_id, row.batch_job_id) for row in await transaction.execute(_TO_RECOVER)]


async def batches_waiting_for_people(transaction: Transaction) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of each batch whose process released it to wait for people; longest started first."""
    return [(row.organisation_id, row.batch_job_id) for row in await transaction.execute(_WAITING_FOR_PEOPLE)]


async def read_to_recover(transaction: Transaction, batch_id: UUID) -> ToRecover | None:
    """What recovery needs of the batch; None if a process works on it now, or if it is another organisation's."""
    rows = await transaction.execute(_ABOUT, {"batch": batch_id, "organisation": transaction.organisation_id})
    row = rows.mappings().one_or_none()
    return ToRecover(**row) if row else None


async def has_open_jobs(transaction: Transaction, batch_id: UUID) -> bool:
    """True if the batch was started and is not halted, and a job of it has not ended."""
    rows = await transaction.execute(_HAS_OPEN_JOBS, {"batch": batch_id, "organisation": transaction.organisation_id})
    return bool(rows.scalar_one())


@dataclass(frozen=True)
class OpenedBatch:
    """A batch that was opened, and how many restaurants are in it."""

    id: UUID
    name: str
    restaurants: int


async def batches_of_runs(transaction: Transaction, run_ids: Sequence[UUID]) -> tuple[OpenedBatch, ...]:
    """The batches that are stored under one of `run_ids`, in the order of `run_ids`."""
    rows = await transaction.execute(_OF_RUNS, {"organisation": transaction.organisation_id, "runs": list(run_ids)})
    return tuple(OpenedBatch(row.id, row.name, row.restaurants) for row in rows)


async def opened_batches(transaction: Transaction, batch_ids: Sequence[UUID]) -> tuple[OpenedBatch, ...]:
    """The batches with these ids, in the order of `batch_ids`."""
    rows = await transaction.execute(_THESE, {"organisation": transaction.organisation_id, "batches": list(batch_ids)})
    return tuple(OpenedBatch(row.id, row.name, row.restaurants) for row in rows)


async def count_opened_by(transaction: Transaction, by: str, hours: int) -> int:
    """How many batches `by` opened in the last `hours` hours."""
    rows = await transaction.execute(_BY, {"organisation": transaction.organisation_id, "by": by, "hours": hours})
    return int(rows.scalar_one())
