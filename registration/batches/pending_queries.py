"""What waits for people in an organisation: one row per batch and gate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_WAITING = text(
    """
    with waiting as (
        select j.batch_job_id, j.position, r.name,
            case s.step_number when 3 then 'company-selection' else 'yolo-config' end as what,
            s.arrived_at as since
        from registration_job_steps s
        join registration_jobs j on j.id = s.job_id
        join restaurants r on r.id = j.restaurant_id
        where s.organisation_id = :organisation and s.status = 'action_required'
        union all
        select j.batch_job_id, j.position, r.name, 'unknown effect', coalesce(u.sent_at, u.updated_at)
        from registration_sub_steps u
        join registration_jobs j on j.id = u.job_id
        join restaurants r on r.id = j.restaurant_id
        where u.organisation_id = :organisation and u.needs_person
    )
    select b.id as batch_id, b.name as batch, w.what, count(*) as count, min(w.since) as since,
        extract(epoch from clock_timestamp() - min(w.since)) as seconds,
        array_agg(w.name order by w.since, w.position) as restaurants,
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
    """Restaurants of one batch that wait for the same: a gate, or somebody to resolve an unknown effect.

    `since` is when the first of them arrived, `seconds` how long ago by the database's clock; `restaurants` are named
    in the order in which they arrived.
    """

    batch_id: UUID
    batch: str
    what: str
    count: int
    since: datetime
    seconds: float
    restaurants: tuple[str, ...]
    worked_on: bool
    stopped_reason: str | None

    @property
    def is_gate(self) -> bool:
        """Whether it is answered at a gate; else an effect is to be resolved."""
        return self.what != "unknown effect"


async def pending_actions(connection: AsyncConnection, organisation_id: UUID) -> tuple[PendingAction, ...]:
    """All that waits for people, who has waited longest first; one query."""
    rows = await connection.execute(_WAITING, {"organisation": organisation_id})
    return tuple(map(_waiting, rows))


def _waiting(row: Any) -> PendingAction:
    values = row._asdict() | {"seconds": float(row.seconds), "restaurants": tuple(row.restaurants)}
    return PendingAction(**values)
