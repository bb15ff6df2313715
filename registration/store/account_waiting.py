"""Queries about restaurants that wait for an account of which only a person can tell whether it was created."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.store.credentials import lock_credential
from registration.store.moves import SYSTEM, Because
from registration.store.steps import lock_job, settle_job

_WAIT = text(
    """
    update registration_sub_steps set needs_person = true, error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = 'cloudwaitressAccount' and organisation_id = :organisation and status = 'pending'
      and exists (
        select from registration_credentials c
        join registration_sub_steps s on s.job_id = c.claimed_by_job_id and s.name = 'cloudwaitressAccount'
        where c.organisation_id = :organisation and c.email = :email and c.claimed_by_job_id <> :job
          and s.status = 'unknown' and s.needs_person)
    """
)
_NOTE = text(
    """
    update registration_sub_steps set error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = 'cloudwaitressAccount' and organisation_id = :organisation and status = 'pending'
    """
)
_FREE = text(
    """
    update registration_sub_steps s set needs_person = false, error_message = null, updated_at = clock_timestamp()
    from registration_jobs j
    where s.job_id = j.id and s.name = 'cloudwaitressAccount' and s.organisation_id = :organisation
      and s.status = 'pending' and s.needs_person and lower(j.execution_config #>> '{account,email}') = :email
    returning j.id
    """
)


async def note_waiting(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, message: str | None) -> None:
    """Say what a job waits for that waits for another one to make its account; None when it does not any more."""
    await connection.execute(_NOTE, {"organisation": organisation_id, "job": job_id, "message": message})


async def wait_for_account(
    connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID, message: str
) -> bool:
    """Have the job wait for the person who will settle the account; False if nobody must settle it any more."""
    parameters = {"organisation": organisation_id, "email": email, "job": job_id, "message": message}
    await lock_credential(connection, organisation_id, email)
    await lock_job(connection, organisation_id, job_id)
    if (await connection.execute(_WAIT, parameters)).rowcount != 1:
        return False
    await settle_job(connection, organisation_id, job_id, Because(SYSTEM.actor, message))
    return True


async def free_waiting(connection: AsyncConnection, organisation_id: UUID, email: str) -> None:
    """It is known now whether the account is there: whoever waited for that goes on.

    The account's row is locked first, so that nobody begins to wait for what has just been settled.
    """
    key = {"organisation": organisation_id, "email": email}
    await lock_credential(connection, organisation_id, email)
    for job_id in (await connection.execute(_FREE, key)).scalars().all():
        await lock_job(connection, organisation_id, job_id)
        await settle_job(connection, organisation_id, job_id, Because(SYSTEM.actor, f"the account {email} is settled"))
