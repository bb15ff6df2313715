"""Queries about what a person told a batch or a job: to stop, to go on; and its effects in flight."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_STOP_JOB = text(
    """
    update registration_jobs set stop_requested_at = clock_timestamp(), updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation and stop_requested_at is null
      and status in ('pending', 'in_progress', 'action_required')
    """
)
_GO_ON_JOB = text(
    """
    update registration_jobs set stop_requested_at = null, updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation and stop_requested_at is not null
    """
)
_GO_ON_BATCH = text(
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
    """An effect that was sent and has no outcome yet; `needs_person`: only a person can tell."""

    job_id: UUID
    restaurant: str
    name: str
    status: str
    sent_at: datetime
    needs_person: bool


async def stop_job(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> bool:
    """Cancel one job: no effect of it starts once this is committed. False if it has ended or was told before."""
    return (await connection.execute(_STOP_JOB, {"job": job_id, "organisation": organisation_id})).rowcount == 1


async def clear_job_stop(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> None:
    """The job may go on."""
    await connection.execute(_GO_ON_JOB, {"job": job_id, "organisation": organisation_id})


async def clear_batch_stop(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> None:
    """A batch whose cancel is settled may go on; its cancelled jobs stay so."""
    await connection.execute(_GO_ON_BATCH, {"batch": batch_id, "organisation": organisation_id})


async def continue_stopped(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> bool:
    """Failures until now count no more; False if the batch was not stopped by its failure threshold."""
    parameters = {"batch": batch_id, "organisation": organisation_id}
    return (await connection.execute(_CONTINUE, parameters)).rowcount == 1


async def in_flight(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, job_id: UUID | None = None
) -> tuple[InFlight, ...]:
    """What is out of a batch, or of one job of it, without an outcome, in the batch's order."""
    parameters = {"batch": batch_id, "organisation": organisation_id, "job": job_id}
    rows = await connection.execute(_IN_FLIGHT, parameters)
    return tuple(InFlight(**row) for row in rows.mappings())


async def restaurant_elsewhere(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID
) -> tuple[str, str, UUID] | None:
    """Another job of the same restaurant that is active or not settled: the restaurant, its batch's name and id."""
    row = (await connection.execute(_ELSEWHERE, {"job": job_id, "organisation": organisation_id})).one_or_none()
    return (row.restaurant, row.batch, row.batch_id) if row else None
