"""Queries about a person's cancel or continue of a batch or job, and about effects in flight."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

_REQUEST_JOB_CANCEL = text(
    """
    update registration_jobs set stop_requested_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation and stop_requested_at is null
      and status in ('pending', 'in_progress', 'action_required')
    """
)
_CLEAR_JOB_CANCEL = text(
    """
    update registration_jobs set stop_requested_at = null, updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation and stop_requested_at is not null
    """
)
_CLEAR_BATCH_CANCEL = text(
    """
    update registration_batch_jobs set stop_requested_at = null, cancelled_at = null, updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and cancelled_at is not null
    """
)
_CONTINUE = text(
    """
    update registration_batch_jobs set stopped_reason = null, continued_at = clock_timestamp(),
        updated_at = clock_timestamp()
    where id = :batch and organisation_id = :organisation and stopped_reason is not null
    """
)
_IN_FLIGHT = text(
    """
    select j.id as job_id, r.name as restaurant, s.name, s.status, s.sent_at, s.needs_person
    from registration_sub_steps s
    join registration_jobs j on j.id = s.job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and s.organisation_id = :organisation and s.sent_at is not null
      and s.status in ('in_progress', 'retrying', 'unknown')
      and (cast(:job as uuid) is null or j.id = :job)
    order by j.position, s.sent_at
    """
)
_ELSEWHERE = text(
    """
    select r.name as restaurant, b.name as batch, b.id as batch_id
    from registration_jobs mine
    join registration_jobs j on j.restaurant_id = mine.restaurant_id and j.id <> mine.id
    join restaurants r on r.id = j.restaurant_id
    join registration_batch_jobs b on b.id = j.batch_job_id
    where mine.id = :job and j.organisation_id = :organisation
      and (j.status in ('pending', 'in_progress', 'action_required') or exists (
        select from registration_sub_steps s where s.job_id = j.id
          and (s.status = 'unknown' or (s.sent_at is not null and s.status in ('in_progress', 'retrying')))))
    order by j.created_at limit 1
    """
)


@dataclass(frozen=True)
class InFlight:
    """An effect that was sent and has no outcome yet; `needs_person`: only a person can resolve it."""

    job_id: UUID
    restaurant: str
    name: str
    status: str
    sent_at: datetime
    needs_person: bool


async def request_job_cancel(transaction: Transaction, job_id: UUID) -> bool:
    """Cancel one job: no effect of it starts once this is committed. False if the job has ended or was cancelled
    before.
    """
    return (
        await transaction.execute(_REQUEST_JOB_CANCEL, {"job": job_id, "organisation": transaction.organisation_id})
    ).rowcount == 1


async def clear_job_cancel(transaction: Transaction, job_id: UUID) -> None:
    """Clear the cancel flag of a job, so that it can go on."""
    await transaction.execute(_CLEAR_JOB_CANCEL, {"job": job_id, "organisation": transaction.organisation_id})


async def clear_batch_cancel(transaction: Transaction, batch_id: UUID) -> None:
    """Clear the cancel flag of a batch whose cancel is complete; its cancelled jobs stay cancelled."""
    await transaction.execute(_CLEAR_BATCH_CANCEL, {"batch": batch_id, "organisation": transaction.organisation_id})


async def continue_halted(transaction: Transaction, batch_id: UUID) -> bool:
    """Clear the halt, so that failures until now no longer count; False if the batch was not halted."""
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id}
    return (await transaction.execute(_CONTINUE, parameters)).rowcount == 1


async def in_flight(transaction: Transaction, batch_id: UUID, job_id: UUID | None = None) -> tuple[InFlight, ...]:
    """The effects in flight of a batch, or of one job of it, in the batch's order."""
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id, "job": job_id}
    rows = await transaction.execute(_IN_FLIGHT, parameters)
    return tuple(InFlight(**row) for row in rows.mappings())


async def restaurant_elsewhere(transaction: Transaction, job_id: UUID) -> tuple[str, str, UUID] | None:
    """Another job of the same restaurant that is active or has an effect in flight: the restaurant, its batch's name
    and id.
    """
    row = (
        await transaction.execute(_ELSEWHERE, {"job": job_id, "organisation": transaction.organisation_id})
    ).one_or_none()
    return (row.restaurant, row.batch, row.batch_id) if row else None
