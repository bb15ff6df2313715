"""What the second door of the gates asks about jobs: under which ids people know them, and what was decided last."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.steps import GateName

_EXTERNAL_IDS = text(
    """
    select id, metadata ->> 'external_id' as external_id from restaurants
    where organisation_id = :organisation and id = any(:restaurants) and metadata ->> 'external_id' is not null
    """
)
_LAST_DECIDED = text(
    """
    select distinct on (job_id) job_id, gate, visit from registration_decisions
    where organisation_id = :organisation and job_id = any(:jobs) and accepted
    order by job_id, decided_at desc
    """
)


@dataclass(frozen=True)
class LastDecided:
    """The question of a job that was answered last."""

    gate: GateName
    visit: int


async def external_ids(
    connection: AsyncConnection, organisation_id: UUID, restaurant_ids: list[UUID]
) -> dict[UUID, str]:
    """The ids of the organisation's own lists, of the restaurants that have one."""
    rows = await connection.execute(_EXTERNAL_IDS, {"organisation": organisation_id, "restaurants": restaurant_ids})
    return {row.id: row.external_id for row in rows}


async def last_decided(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID]
) -> dict[UUID, LastDecided]:
    """The last accepted decision of each job that has one."""
    rows = await connection.execute(_LAST_DECIDED, {"organisation": organisation_id, "jobs": job_ids})
    return {row.job_id: LastDecided(GateName(row.gate), row.visit) for row in rows}
