"""Queries about account credentials: one row per organisation and e-mail, claimed by the job that makes the account."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_MAKE = text(
    """
    insert into registration_credentials (organisation_id, email, password_encrypted)
    values (:organisation, :email, :password) on conflict (organisation_id, email) do nothing
    """
)
_READ = """
    select c.email, c.claimed_by_job_id, c.password_encrypted, c.account_state, c.platform_account_id,
        c.account_state = 'completed'
            or coalesce(s.status = 'completed' and lower(s.outputs ->> 'email') = c.email, false) as made,
        c.account_state = 'creating' and coalesce(
            s.status in ('failed', 'skipped', 'cancelled')
            or (s.status = 'completed' and lower(s.outputs ->> 'email') is distinct from c.email)
            or (s.sent_at is null and s.status <> 'completed'
                and j.status not in ('pending', 'in_progress', 'action_required')), true) as free,
        coalesce(s.status = 'unknown' and s.needs_person, false) as undecided
    from registration_credentials c
    left join registration_jobs j on j.id = c.claimed_by_job_id
    left join registration_sub_steps s on s.job_id = j.id and s.name = 'cloudwaitressAccount'
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
_STORE = text(
    """
    insert into registration_credentials (organisation_id, email, password_encrypted, account_state)
    values (:organisation, :email, :password, 'completed')
    on conflict (organisation_id, email) do update set password_encrypted = excluded.password_encrypted,
        account_state = 'completed', updated_at = clock_timestamp()
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
            where a.organisation_id = :organisation and lower(a.email) = :email and p.pumpd_restaurant_id is not null
              and p.restaurant_id <> mine.restaurant_id) as registered,
        coalesce(bool_or(earlier and goes_on and not needs_person
            and status in ('pending', 'in_progress', 'retrying', 'unknown')), false) as on_the_way
    from other
    """
)


@dataclass(frozen=True)
class Credential:
    """An account's row; the password is encrypted.

    `made`: the account is there, even if the row was not told. `free`: it is not, and the job that claimed it will not
    make it any more. `undecided`: only a person can tell whether it is there.
    """

    email: str
    claimed_by: UUID | None
    password_encrypted: str
    account_state: str
    platform_account_id: str | None
    made: bool
    free: bool
    undecided: bool


@dataclass(frozen=True)
class Others:
    """Other restaurants of an account: one is `registered`, or may be; one that began earlier is `on_the_way`."""

    registered: bool
    on_the_way: bool


async def claim_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made if there was none, and claimed for the job where nobody else has it.

    A claim of a job whose account sub-step ended without an account goes to the next who asks.
    """
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_MAKE, key | {"password": new_password_encrypted})
    row = _credential((await connection.execute(_LOCKED, key)).one())
    if row.claimed_by is None or row.free:
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


async def store_password(
    connection: AsyncConnection, organisation_id: UUID, email: str, password_encrypted: str
) -> None:
    """The account exists, and has this password."""
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_STORE, key | {"password": password_encrypted})


async def ensure_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made unclaimed if there was none."""
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_MAKE, key | {"password": new_password_encrypted})
    return _credential((await connection.execute(_PLAIN, key)).one())


async def others_of_account(connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID) -> Others:
    """What other restaurants the account has or will first get; notes that this job's one begins.

    The account's row is locked, so that of two restaurants exactly one began earlier.
    """
    parameters = {"organisation": organisation_id, "email": email, "job": job_id}
    await connection.execute(_LOCKED, {"organisation": organisation_id, "email": email})
    await connection.execute(_BEGIN_REGISTERING, {"organisation": organisation_id, "job": job_id})
    row = (await connection.execute(_OTHERS, parameters)).one()
    return Others(row.registered, row.on_the_way)


def _credential(row: Any) -> Credential:
    return Credential(
        row.email,
        row.claimed_by_job_id,
        row.password_encrypted,
        row.account_state,
        row.platform_account_id,
        row.made,
        row.free,
        row.undecided,
    )
