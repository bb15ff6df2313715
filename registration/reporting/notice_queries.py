"""What operators are told: gates that opened, restaurants that failed, batches that were halted, cancelled or ended.

The notices of an organisation are derived from rounds and events of its batches; none is stored by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction

DAYS: Final = 14
"""Notices are of batches that were opened in this many days."""
MOST: Final = 200


class NoticeKind(StrEnum):
    """What a notice tells."""

    OPENED = "opened"
    GATE = "gate"
    FAILED = "failed"
    PARTLY = "partly"
    HALTED = "halted"
    CONTINUED = "continued"
    CANCELLED = "cancelled"
    ENDED = "ended"


_NOTICES: Final = text(
    """
    with recent as (
        select id, name, created_at, created_by from registration_batch_jobs
        where organisation_id = :organisation and created_at > clock_timestamp() - make_interval(days => :days)
    ), notices as (
        select created_at as at, 'opened' as kind, id as batch_id, null::uuid as job_id, created_by as who,
            null as restaurant, null as detail,
            (select count(*) from registration_jobs j where j.batch_job_id = recent.id) as count
        from recent
        union all
        select g.opened_at, 'gate', g.batch_job_id, null, null, null, g.gate,
            case when jsonb_typeof(g.shown -> 'questions') = 'array' then jsonb_array_length(g.shown -> 'questions')
                else 0 end
        from registration_gate_rounds g join recent on recent.id = g.batch_job_id
        where g.organisation_id = :organisation
        union all
        select e.created_at, case
                when e.to_status = 'failed' then 'failed' when e.to_status = 'partially_completed' then 'partly'
                when e.what = 'batch stopped' then 'halted' when e.what = 'batch continued' then 'continued'
                else 'cancelled' end,
            e.batch_job_id, e.job_id, e.actor, r.name,
            case when e.what = 'job' then coalesce(e.reason, j.error_message) else e.reason end, 1
        from registration_events e join recent on recent.id = e.batch_job_id
        left join registration_jobs j on j.id = e.job_id left join restaurants r on r.id = j.restaurant_id
        where e.organisation_id = :organisation and (
            e.what = 'job' and e.to_status in ('failed', 'partially_completed')
            or e.what in ('batch stopped', 'batch continued', 'batch stop requested'))
        union all
        select o.completed_at, 'ended', o.id, null, null, null, o.outcome, o.jobs_completed
        from registration_batch_overview o join recent on recent.id = o.id
        where o.organisation_id = :organisation and o.completed_at is not null and o.outcome is not null
    )
    select n.at, n.kind, n.batch_id, recent.name as batch, n.job_id, n.who, n.restaurant, n.detail,
        n.count as restaurants
    from notices n join recent on recent.id = n.batch_id
    order by n.at desc, n.kind, n.job_id limit :most
    """
)


@dataclass(frozen=True)
class Notice:
    """One notice; `count` is of restaurants, `detail` the gate, the reason or the outcome."""

    at: datetime
    kind: NoticeKind
    batch_id: UUID
    batch: str
    job_id: UUID | None
    who: str | None
    restaurant: str | None
    detail: str | None
    count: int


async def read_notices(transaction: Transaction) -> tuple[Notice, ...]:
    """The newest `MOST` notices, newest first; one query."""
    key = {"organisation": transaction.organisation_id, "days": DAYS, "most": MOST}
    rows = await transaction.execute(_NOTICES, key)
    return tuple(
        Notice(
            at=row.at,
            kind=NoticeKind(row.kind),
            batch_id=row.batch_id,
            batch=row.batch,
            job_id=row.job_id,
            who=row.who,
            restaurant=row.restaurant,
            detail=row.detail,
            count=row.restaurants,
        )
        for row in rows
    )
