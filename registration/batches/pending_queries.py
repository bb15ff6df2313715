"""The actions that an organisation's people have to take: one row per batch and gate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.workflow.steps import GateName

_WAITING = text(
    """
    with waiting as (
        select j.id as job_id, j.batch_job_id, j.position, r.name,
            case s.step_number when 3 then 'company-selection' else 'yolo-config' end as what,
            s.arrived_at as since, s.step_number = 3 and exists (
                select from registration_job_steps f
                where f.job_id = s.job_id and f.step_number in (2, 4) and f.status = 'failed') as unread
        from registration_job_steps s
        join registration_jobs j on j.id = s.job_id
        join restaurants r on r.id = j.restaurant_id
        where s.organisation_id = :organisation and s.status = 'action_required'
        union all
        select j.id as job_id, j.batch_job_id, j.position, r.name,
            case when u.name = 'itemTags' and u.status = 'pending' then 'item tags' else 'unknown effect' end,
            coalesce(u.sent_at, u.updated_at), false
        from registration_sub_steps u
        join registration_jobs j on j.id = u.job_id
        join restaurants r on r.id = j.restaurant_id
        where u.organisation_id = :organisation and u.needs_person
    )
    select b.id as batch_id, b.name as batch, w.what, count(*) as count, min(w.since) as since,
        extract(epoch from clock_timestamp() - min(w.since)) as seconds,
        array_agg(w.name order by w.since, w.position) as restaurants,
        array_agg(w.job_id order by w.since, w.position) as jobs, count(*) filter (where w.unread) as unread,
        coalesce(l.expires_at > clock_timestamp(), false) as worked_on, b.stopped_reason
    from waiting w
    join registration_batch_jobs b on b.id = w.batch_job_id
    left join registration_leases l on l.batch_job_id = b.id
    group by b.id, w.what, l.expires_at
    order by min(w.since) nulls last, b.id, w.what
    """
)


@dataclass(frozen=True)
class PendingAction:
    """Restaurants of one batch that wait for one action: an answer at a gate, a decision about item tags, or the
    resolution of an unknown effect.

    `since` is the arrival of the first restaurant, `seconds` its age by the database's clock; `restaurants` and
    their `jobs` are in order of arrival. For `unread` of them the register gave nothing: it did not answer, or could
    not be read.
    """

    batch_id: UUID
    batch: str
    what: str
    count: int
    since: datetime
    seconds: float
    restaurants: tuple[str, ...]
    jobs: tuple[UUID, ...]
    unread: int
    worked_on: bool
    stopped_reason: str | None

    @property
    def is_gate(self) -> bool:
        """True if the action is an answer at a gate."""
        return self.what in set(GateName)

    @property
    def is_unknown_effect(self) -> bool:
        """True if the action is the resolution of an effect."""
        return self.what == "unknown effect"


async def pending_actions(transaction: Transaction) -> tuple[PendingAction, ...]:
    """All pending actions, the longest waiting first; one query."""
    rows = await transaction.execute(_WAITING, {"organisation": transaction.organisation_id})
    return tuple(map(_waiting, rows))


def _waiting(row: Any) -> PendingAction:
    values = row._asdict() | {"seconds": float(row.seconds)}
    values |= {"restaurants": tuple(row.restaurants), "jobs": tuple(row.jobs)}
    return PendingAction(**values)
