"""What persons decided about a batch, in the order in which they did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_DECIDED = text(
    """
    select d.decided_at as at, r.name as restaurant, d.gate, d.decided_by as by,
        coalesce(d.answer ->> 'kind', 'what_cannot_be_read') as answer, d.source as channel,
        d.accepted, d.refused_reason as reason
    from registration_decisions d
    join registration_jobs j on j.id = d.job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and d.organisation_id = :organisation
        and d.decided_at > coalesce(cast(:after as timestamptz), '-infinity')
    order by d.decided_at, j.position
    """
)


@dataclass(frozen=True)
class Decided:
    """One decision, accepted or refused with a reason; `channel` is how it came."""

    at: datetime
    restaurant: str
    gate: str
    answer: str
    by: str
    channel: str
    accepted: bool
    reason: str | None


async def read_decided(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, after: datetime | None
) -> tuple[Decided, ...]:
    """The decisions after a moment, all of them without one."""
    key = {"organisation": organisation_id, "batch": batch_id, "after": after}
    return tuple(Decided(**row) for row in (await connection.execute(_DECIDED, key)).mappings())
