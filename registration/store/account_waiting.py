"""Queries about restaurants that wait for an account of which only a person can tell whether it was created."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.store.credentials import lock_credential, read_credential
from registration.store.effects import lock_effects
from registration.store.leases import LeaseRow, end_waiting, lock_leases
from registration.store.moves import SYSTEM, Because
from registration.store.steps import lock_job, lock_jobs, settle_job
from registration.sub_steps import SubStepName

_ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT

_WAIT = text(
    """
    update registration_sub_steps set needs_person = true, error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = 'cloudwaitressAccount' and organisation_id = :organisation and status = 'pending'
    """
)
_NOTE = text(
    """
    update registration_sub_steps set error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = 'cloudwaitressAccount' and organisation_id = :organisation and status = 'pending'
    """
)
_WHO = text(
    """
    select j.id, j.batch_job_id, b.stopped_reason is null as goes_on
    from registration_sub_steps s
    join registration_jobs j on j.id = s.job_id
    join registration_batch_jobs b on b.id = j.batch_job_id
    where s.name = 'cloudwaitressAccount' and s.organisation_id = :organisation
      and s.status = 'pending' and s.needs_person and lower(j.execution_config #>> '{account,email}') = :email
    """
)
_FREE = text(
    """
    update registration_sub_steps set needs_person = false, error_message = null, updated_at = clock_timestamp()
    where job_id = any(:jobs) and name = 'cloudwaitressAccount' and organisation_id = :organisation
      and status = 'pending'
    """
)


class SomebodyElseWaits(Exception):
    """Another restaurant began to wait before the account's row was locked: begin again, and lock it too."""


@dataclass(frozen=True)
class Waiter:
    """A job that waits; `goes_on`: its batch was not stopped by its failure threshold."""

    job_id: UUID
    batch_id: UUID
    goes_on: bool


@dataclass(frozen=True)
class Held:
    """Who waits for an account, under lock: the leases of their batches, and their jobs."""

    leases: dict[UUID, LeaseRow]
    jobs: frozenset[UUID]


@dataclass(frozen=True)
class Freed:
    """A batch of which a job goes on; `live`: a process works on it, and sees that within a second."""

    batch_id: UUID
    live: bool


async def note_waiting(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, message: str | None) -> None:
    """Say what a job waits for that waits for another one to make its account; None when it does not any more."""
    await connection.execute(_NOTE, {"organisation": organisation_id, "job": job_id, "message": message})


async def wait_for_account(
    connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID, message: str
) -> bool:
    """Have the job wait for the person who will settle the account; False if nobody must settle it any more."""
    await lock_job(connection, organisation_id, job_id)
    await lock_effects(connection, organisation_id, [job_id], _ACCOUNT)
    await lock_credential(connection, organisation_id, email)
    account = await read_credential(connection, organisation_id, email)
    if account is None or not account.undecided or account.claimed_by == job_id:
        return False
    parameters = {"organisation": organisation_id, "job": job_id, "message": message}
    if (await connection.execute(_WAIT, parameters)).rowcount != 1:
        return False
    await settle_job(connection, organisation_id, job_id, Because(SYSTEM.actor, message))
    return True


async def who_waits(connection: AsyncConnection, organisation_id: UUID, email: str) -> tuple[Waiter, ...]:
    """The jobs that wait for somebody to settle the account, in whatever batch."""
    rows = await connection.execute(_WHO, {"organisation": organisation_id, "email": email})
    return tuple(Waiter(row.id, row.batch_job_id, row.goes_on) for row in rows)


async def lock_waiting(
    connection: AsyncConnection, organisation_id: UUID, waiting: Collection[Waiter], *others: Waiter
) -> Held:
    """Hold the leases and jobs of all who wait, and those of `others`."""
    everybody = [*waiting, *others]
    leases = await lock_leases(connection, organisation_id, {one.batch_id for one in everybody})
    jobs = frozenset(one.job_id for one in everybody)
    await lock_jobs(connection, organisation_id, jobs)
    return Held(leases, jobs)


async def free_waiting(
    connection: AsyncConnection, organisation_id: UUID, email: str, held: Held, because: Because
) -> tuple[Freed, ...]:
    """Let the jobs go on that waited for the account, unless a person must still settle it; returns their batches.

    The account's row is locked first, so that no job begins to wait for what has just been settled. Recovery starts
    those of the batches that were left to people. Raises SomebodyElseWaits.
    """
    await lock_effects(connection, organisation_id, held.jobs, _ACCOUNT)
    await lock_credential(connection, organisation_id, email)
    account = await read_credential(connection, organisation_id, email)
    waiting = await who_waits(connection, organisation_id, email)
    if not waiting or (account is not None and account.undecided):
        return ()
    if not held.jobs.issuperset(one.job_id for one in waiting):
        raise SomebodyElseWaits
    await _free(connection, organisation_id, [one.job_id for one in waiting], because, email)
    batches = {one.batch_id for one in waiting if one.goes_on}
    await end_waiting(connection, organisation_id, batches)
    return tuple(Freed(batch_id, held.leases[batch_id].live) for batch_id in sorted(batches, key=str))


async def _free(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID], because: Because, email: str
) -> None:
    await connection.execute(_FREE, {"organisation": organisation_id, "jobs": job_ids})
    for job_id in job_ids:
        said = Because(because.actor, f"the account {email} is settled")
        await settle_job(connection, organisation_id, job_id, said)
