"""Queries about jobs that have waited long for a person. Times are the database's, counted from the job's arrival."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

REMINDED = "reminded"

_OVERDUE = text(
    """
    with waiting as (
        select j.id as job_id, j.position, r.name as restaurant, s.step_number as gate,
            s.arrived_at as since, s.last_reminded_at as reminded
        from registration_job_steps s
        join registration_jobs j on j.id = s.job_id
        join restaurants r on r.id = j.restaurant_id
        where j.batch_job_id = :batch and s.organisation_id = :organisation and s.status = 'action_required'
        union all
        select j.id, j.position, r.name, null, min(u.sent_at), (
            select max(e.created_at) from registration_events e where e.job_id = j.id and e.what = :what)
        from registration_sub_steps u
        join registration_jobs j on j.id = u.job_id
        join restaurants r on r.id = j.restaurant_id
        where j.batch_job_id = :batch and u.organisation_id = :organisation and u.needs_person
        group by j.id, r.name
    )
    select job_id, restaurant, gate, extract(epoch from clock_timestamp() - since)::float as seconds from waiting
    where since < clock_timestamp() - make_interval(secs => :after)
      and coalesce(reminded < clock_timestamp() - make_interval(secs => :again), true)
    order by position
    """
)
_NOTE = text(
    """
    update registration_job_steps set last_reminded_at = clock_timestamp(), updated_at = clock_timestamp()
    where job_id = any(:jobs) and organisation_id = :organisation and status = 'action_required'
    """
)
_EXPIRED = text(
    """
    select distinct j.id, j.position from registration_job_steps s
    join registration_jobs j on j.id = s.job_id
    where j.batch_job_id = :batch and s.organisation_id = :organisation and s.status = 'action_required'
      and s.arrived_at < clock_timestamp() - make_interval(secs => :after)
      and not exists (select from registration_sub_steps u where u.job_id = j.id and u.status = 'unknown')
      and (cast(:job as uuid) is null or j.id = :job)
    order by j.position
    """
)


@dataclass(frozen=True)
class Overdue:
    """A job that waits: at the gate of step `gate`, or, if that is None, for a person to resolve an unknown effect."""

    job_id: UUID
    restaurant: str
    gate: int | None
    seconds: float


async def read_overdue(transaction: Transaction, batch_id: UUID, after: float, again: float) -> tuple[Overdue, ...]:
    """The jobs that have waited for more than `after` seconds and had no reminder in the last `again` seconds."""
    parameters = {
        "batch": batch_id,
        "organisation": transaction.organisation_id,
        "what": REMINDED,
        "after": after,
        "again": again,
    }
    rows = await transaction.execute(_OVERDUE, parameters)
    return tuple(Overdue(**row) for row in rows.mappings())


async def note_reminded(transaction: Transaction, job_ids: Collection[UUID]) -> None:
    """Record when a reminder for the gates' steps of these jobs was sent."""
    await transaction.execute(_NOTE, {"jobs": list(job_ids), "organisation": transaction.organisation_id})


async def read_expired(
    transaction: Transaction, batch_id: UUID, after: float, job_id: UUID | None = None
) -> tuple[UUID, ...]:
    """The jobs that have waited at a gate for more than `after` seconds and have no unknown effect; of one job, or of
    all.
    """
    parameters = {"batch": batch_id, "organisation": transaction.organisation_id, "after": after, "job": job_id}
    rows = await transaction.execute(_EXPIRED, parameters)
    return tuple(rows.scalars())
