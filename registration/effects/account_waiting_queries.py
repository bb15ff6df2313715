"""Queries about jobs that wait for an account: until a person resolves it, or another job has registered first."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from registration.accounts.queries import lock_credential, read_credential
from registration.database.session import Transaction
from registration.effects.queries import lock_effects
from registration.kit.values import ascii_email
from registration.workflow.lease_queries import LeaseRow, end_waiting, lock_leases
from registration.workflow.step_queries import lock_job, lock_jobs, refresh_job_status
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution

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
_WAITING = text(
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
_BEGIN_REGISTERING = text(
    """
    update registration_sub_steps set intent_at = coalesce(intent_at, clock_timestamp())
    where organisation_id = :organisation and job_id = :job and name = 'restaurantRegistration'
    """
)
_OTHERS = text(
    """
    with mine as (
        select s.intent_at, j.restaurant_id from registration_sub_steps s join registration_jobs j on j.id = s.job_id
        where s.job_id = :job and s.name = 'restaurantRegistration'
    ), other as (
        select s.status, s.needs_person, s.intent_at < mine.intent_at as earlier,
            s.sent_at is not null or (b.stopped_reason is null and b.stop_requested_at is null
                and j.status in ('pending', 'in_progress', 'action_required')) as goes_on
        from mine, registration_sub_steps s
        join registration_jobs j on j.id = s.job_id
        join registration_batch_jobs b on b.id = j.batch_job_id
        where s.organisation_id = :organisation and s.name = 'restaurantRegistration'
          and lower(j.execution_config #>> '{account,email}') = :email and j.restaurant_id <> mine.restaurant_id
    )
    select
        coalesce(bool_or(status = 'completed' or (status = 'unknown' and needs_person)), false) or exists (
            select from mine, pumpd_restaurants p join pumpd_accounts a on a.id = p.pumpd_account_id
            where a.organisation_id = :organisation and lower(a.email) in (:email, :ascii)
              and p.pumpd_restaurant_id is not null and p.restaurant_id <> mine.restaurant_id) as registered,
        coalesce(bool_or(earlier and goes_on and not needs_person
            and status in ('pending', 'in_progress', 'retrying', 'unknown')), false) as on_the_way
    from other
    """
)


class SomebodyElseWaits(Exception):
    """Another job began to wait before the account's row was locked: begin again, and lock that job too."""


@dataclass(frozen=True)
class Waiter:
    """A job that waits for an account; `goes_on`: its batch is not halted by its failure threshold."""

    job_id: UUID
    batch_id: UUID
    goes_on: bool


@dataclass(frozen=True)
class Held:
    """The jobs that wait for an account and the leases of their batches, all locked."""

    leases: dict[UUID, LeaseRow]
    jobs: frozenset[UUID]


@dataclass(frozen=True)
class Freed:
    """A batch with a job that goes on; `live`: a process works on the batch, and sees the change within a second."""

    batch_id: UUID
    live: bool


@dataclass(frozen=True)
class Others:
    """Other restaurants of an account: one is `registered`, or may be; an earlier one is `on_the_way`."""

    registered: bool
    on_the_way: bool


async def note_waiting(transaction: Transaction, job_id: UUID, message: str | None) -> None:
    """Store what a job waits for while another job creates its account; None once the job does not wait any more."""
    await transaction.execute(_NOTE, {"organisation": transaction.organisation_id, "job": job_id, "message": message})


async def wait_for_account(transaction: Transaction, email: str, job_id: UUID, message: str) -> bool:
    """Have the job wait for the person who resolves the account; False if there is nothing to resolve any more."""
    await lock_job(transaction, job_id)
    await lock_effects(transaction, [job_id], _ACCOUNT)
    await lock_credential(transaction, email)
    account = await read_credential(transaction, email)
    if account is None or not account.undecided or account.claimed_by == job_id:
        return False
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "message": message}
    if (await transaction.execute(_WAIT, parameters)).rowcount != 1:
        return False
    await refresh_job_status(transaction, job_id, Attribution(SYSTEM.actor, message))
    return True


async def waiting_jobs(transaction: Transaction, email: str) -> tuple[Waiter, ...]:
    """The jobs that wait for a person to resolve the account, in whatever batch."""
    rows = await transaction.execute(_WAITING, {"organisation": transaction.organisation_id, "email": email})
    return tuple(Waiter(row.id, row.batch_job_id, row.goes_on) for row in rows)


async def lock_waiting(transaction: Transaction, waiting: Collection[Waiter], *others: Waiter) -> Held:
    """Lock the leases and jobs of all that wait, and those of `others`."""
    everybody = [*waiting, *others]
    leases = await lock_leases(transaction, {one.batch_id for one in everybody})
    jobs = frozenset(one.job_id for one in everybody)
    await lock_jobs(transaction, jobs)
    return Held(leases, jobs)


async def free_waiting(transaction: Transaction, email: str, held: Held, attribution: Attribution) -> tuple[Freed, ...]:
    """Let the jobs go on that waited for the account, unless a person must still resolve it; returns their batches.

    The account's row is locked first, so that no job begins to wait for an account that has just been resolved.
    Recovery starts those batches that were left to people. Raises SomebodyElseWaits.
    """
    await lock_effects(transaction, held.jobs, _ACCOUNT)
    await lock_credential(transaction, email)
    if not (waiting := await waiting_jobs(transaction, email)):
        return ()
    account = await read_credential(transaction, email)
    if account is not None and account.undecided:
        return ()
    if not held.jobs.issuperset(one.job_id for one in waiting):
        raise SomebodyElseWaits
    await _free(transaction, [one.job_id for one in waiting], attribution, email)
    batches = {one.batch_id for one in waiting if one.goes_on}
    await end_waiting(transaction, batches)
    return tuple(Freed(batch_id, held.leases[batch_id].live) for batch_id in sorted(batches, key=str))


async def _free(transaction: Transaction, job_ids: list[UUID], attribution: Attribution, email: str) -> None:
    await transaction.execute(_FREE, {"organisation": transaction.organisation_id, "jobs": job_ids})
    for job_id in job_ids:
        reason = f"the account {email} is settled"
        await refresh_job_status(transaction, job_id, Attribution(attribution.actor, reason))


async def others_of_account(transaction: Transaction, email: str, job_id: UUID) -> Others:
    """Whether the account has another restaurant, or first gets another one; stores that this job's one begins.

    The account's row is locked, so that exactly one of two restaurants began earlier.
    """
    parameters = {
        "organisation": transaction.organisation_id,
        "email": email,
        "ascii": ascii_email(email),
        "job": job_id,
    }
    await lock_effects(transaction, [job_id], SubStepName.RESTAURANT_REGISTRATION)
    await lock_credential(transaction, email)
    await transaction.execute(_BEGIN_REGISTERING, {"organisation": transaction.organisation_id, "job": job_id})
    row = (await transaction.execute(_OTHERS, parameters)).one()
    return Others(row.registered, row.on_the_way)
