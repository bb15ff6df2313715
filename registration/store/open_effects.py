"""Which effects of a job are out without an outcome, and which were never sent."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_UNSENT = text(
    """
    select name from registration_sub_steps
    where job_id = :job and organisation_id = :organisation and sent_at is null
      and status in ('pending', 'in_progress', 'retrying')
    """
)
_SENT = text(
    """
    select name from registration_sub_steps
    where job_id = :job and organisation_id = :organisation and not needs_person
      and (status = 'unknown' or (sent_at is not null and status in ('in_progress', 'retrying')))
    """
)


async def sent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's effects that are out without an outcome, and wait for nobody."""
    found = await connection.execute(_SENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())


async def unsent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's open effects of which nothing is out."""
    found = await connection.execute(_UNSENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())
