"""Batches that need somebody though no question is open: with failures, halted, or without a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

LEFT_AS_IT_IS: Final = "failure left as it is"
"""The event by which a person says that a failed job needs nobody any more."""
_IDLE_MINUTES: Final = 2
_FAILED_DAYS: Final = 30

_ATTENTION = text(
    """
    with failed as (
        select j.batch_job_id, count(*) as count, min(j.completed_at) as since,
            array_agg(r.name order by j.position) as restaurants,
            (array_agg(j.error_message order by j.position) filter (where j.error_message is not null))[1] as reason
        from registration_jobs j join restaurants r on r.id = j.restaurant_id
        where j.organisation_id = :organisation and j.status in ('failed', 'partially_completed')
            and j.completed_at > clock_timestamp() - make_interval(days => :days)
            and not exists (select from registration_events e
                where e.job_id = j.id and e.what = :left and e.created_at >= j.completed_at)
            and not exists (select from registration_jobs later
                where later.restaurant_id = j.restaurant_id and later.created_at > j.created_at
                    and later.status <> 'cancelled')
        group by j.batch_job_id
    ), halted as (
        select b.id as batch_job_id, (select count(*) from registration_jobs j where j.batch_job_id = b.id
                and j.status in ('pending', 'in_progress', 'action_required')) as count,
            coalesce((select max(e.created_at) from registration_events e
                where e.batch_job_id = b.id and e.what = 'batch stopped'), b.updated_at) as since, b.stopped_reason
        from registration_batch_jobs b
        where b.organisation_id = :organisation and b.stopped_reason is not null and b.cancelled_at is null
            and b.stop_requested_at is null
    ), idle as (
        select b.id as batch_job_id, count(*) as count, coalesce(max(l.expires_at), max(b.started_at)) as since
        from registration_batch_jobs b
        join registration_jobs j on j.batch_job_id = b.id and j.status in ('pending', 'in_progress')
        left join registration_leases l on l.batch_job_id = b.id
        where b.organisation_id = :organisation and b.started_at is not null and b.stopped_reason is null
            and coalesce(l.expires_at, b.started_at) < clock_timestamp() - make_interval(mins => :minutes)
        group by b.id
    ), found as (
        select 'failed' as what, batch_job_id, count, since, restaurants, reason from failed
        union all
        select 'halted', batch_job_id, count, since, array[]::varchar[], stopped_reason from halted where count > 0
        union all
        select 'idle', batch_job_id, count, since, array[]::varchar[], null from idle
    )
    select f.what, b.id as batch_id, b.name as batch, f.count, f.since, f.restaurants, f.reason
    from found f join registration_batch_jobs b on b.id = f.batch_job_id
    order by f.since nulls last, b.id, f.what
    """
)


@dataclass(frozen=True)
class Attention:
    """A batch that needs somebody: `what` is `failed`, `halted` or `idle`, `count` the number of its jobs.

    Failed jobs count until they are retried, registered in a later batch, or left as they are by a person.
    """

    what: str
    batch_id: UUID
    batch: str
    count: int
    since: datetime | None
    restaurants: tuple[str, ...]
    reason: str | None


async def read_attention(transaction: Transaction) -> tuple[Attention, ...]:
    """The batches that need somebody, the longest first; one query."""
    parameters = {
        "organisation": transaction.organisation_id,
        "left": LEFT_AS_IT_IS,
        "minutes": _IDLE_MINUTES,
        "days": _FAILED_DAYS,
    }
    rows = await transaction.execute(_ATTENTION, parameters)
    return tuple(map(_attention, rows.mappings()))


def _attention(row: Mapping[Any, Any]) -> Attention:
    values: dict[str, Any] = {**row, "restaurants": tuple(row["restaurants"])}
    return Attention(**values)
