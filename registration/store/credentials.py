"""Queries about account credentials: one row per organisation and e-mail, claimed by the job that makes the account."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import SubStepStatus

_MAKE = text(
    """
    insert into registration_credentials (organisation_id, email, password_encrypted)
    values (:organisation, :email, :password) on conflict (organisation_id, email) do nothing
    """
)
_READ = """
    select c.email, c.claimed_by_job_id, c.password_encrypted, c.account_state, c.platform_account_id,
        s.status as claimer_status, s.needs_person as claimer_needs_person
    from registration_credentials c
    left join registration_sub_steps s on s.job_id = c.claimed_by_job_id and s.name = 'cloudwaitressAccount'
    where c.organisation_id = :organisation and c.email = :email
"""
_LOCKED, _PLAIN = text(_READ + " for update of c"), text(_READ)
_CLAIM = text(
    """
    update registration_credentials set claimed_by_job_id = :job, updated_at = clock_timestamp()
    where organisation_id = :organisation and email = :email
    """
)
_SETTLE = text(
    """
    update registration_credentials set account_state = :state, updated_at = clock_timestamp(),
        platform_account_id = coalesce(:account, platform_account_id)
    where organisation_id = :organisation and email = :email
    """
)
_BEGIN_REGISTERING = text(
    """
    update registration_sub_steps set intent_at = coalesce(intent_at, clock_timestamp())
    where organisation_id = :organisation and job_id = :job and name = 'restaurantRegistration'
    """
)
_REGISTERED_BEFORE = text(
    """
    select exists (
        select from registration_sub_steps other
        join registration_jobs j on j.id = other.job_id
        join registration_sub_steps mine on mine.job_id = :job and mine.name = other.name
        where other.organisation_id = :organisation and other.name = 'restaurantRegistration' and other.job_id <> :job
          and lower(j.execution_config #>> '{account,email}') = :email and other.intent_at < mine.intent_at
          and other.status in ('pending', 'in_progress', 'retrying', 'unknown', 'completed')
    ) or exists (
        select from pumpd_restaurants p join pumpd_accounts a on a.id = p.pumpd_account_id
        where a.organisation_id = :organisation and lower(a.email) = :email and p.pumpd_restaurant_id is not null
          and p.restaurant_id <> (select restaurant_id from registration_jobs where id = :job))
    """
)


@dataclass(frozen=True)
class Credential:
    """An account's row; the password is encrypted. `claimer_status` is of the account sub-step of the claiming job."""

    email: str
    claimed_by: UUID | None
    password_encrypted: str
    account_state: str
    platform_account_id: str | None
    claimer_status: SubStepStatus | None
    claimer_needs_person: bool


async def claim_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made if there was none, and claimed for the job where nobody else has it.

    A claim of a job whose account sub-step ended without an account goes to the next who asks.
    """
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_MAKE, key | {"password": new_password_encrypted})
    row = _credential((await connection.execute(_LOCKED, key)).one())
    given_up = row.claimer_status in (SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED)
    if row.claimed_by is None or (row.account_state == "creating" and given_up):
        await connection.execute(_CLAIM, key | {"job": job_id})
        row = _credential((await connection.execute(_PLAIN, key)).one())
    return row


async def read_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, *, lock: bool = False
) -> Credential | None:
    """The row of this e-mail, if there is one."""
    found = await connection.execute(_LOCKED if lock else _PLAIN, {"organisation": organisation_id, "email": email})
    row = found.one_or_none()
    return _credential(row) if row else None


async def settle_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, state: str, account_id: str | None
) -> None:
    """Note whether the account exists (`completed`) or is somebody else's (`foreign`)."""
    parameters = {"organisation": organisation_id, "email": email, "state": state, "account": account_id}
    await connection.execute(_SETTLE, parameters)


async def ensure_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made unclaimed if there was none."""
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_MAKE, key | {"password": new_password_encrypted})
    return _credential((await connection.execute(_PLAIN, key)).one())


async def registers_another(connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID) -> bool:
    """Whether the account has, or will first get, another restaurant than this job's; notes that this one begins.

    The account's row is locked, so that of two restaurants exactly one is the first.
    """
    parameters = {"organisation": organisation_id, "email": email, "job": job_id}
    await connection.execute(_LOCKED, {"organisation": organisation_id, "email": email})
    await connection.execute(_BEGIN_REGISTERING, {"organisation": organisation_id, "job": job_id})
    return bool((await connection.execute(_REGISTERED_BEFORE, parameters)).scalar_one())


def _credential(row: Any) -> Credential:
    status = SubStepStatus(row.claimer_status) if row.claimer_status else None
    return Credential(
        row.email,
        row.claimed_by_job_id,
        row.password_encrypted,
        row.account_state,
        row.platform_account_id,
        status,
        bool(row.claimer_needs_person),
    )
