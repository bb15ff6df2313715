"""Queries about credentials: one row per organisation and e-mail, claimed by the job that makes the account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.kit.values import ascii_email

_MAKE = text(
    """
    insert into registration_credentials (organisation_id, email, password_encrypted)
    values (:organisation, :email, :password) on conflict (organisation_id, email) do nothing
    """
)
_READ = text(
    """
    select c.email, c.claimed_by_job_id, c.password_encrypted, c.account_state, c.platform_account_id,
        c.account_state = 'completed'
            or coalesce(s.status = 'completed' and lower(s.outputs ->> 'email') = c.email, false) as made,
        c.account_state = 'creating' and coalesce(
            s.status in ('failed', 'skipped', 'cancelled')
            or (s.status = 'completed' and lower(s.outputs ->> 'email') is distinct from c.email)
            or (s.sent_at is null and s.status <> 'completed' and (
                j.status not in ('pending', 'in_progress', 'action_required')
                or j.stop_requested_at is not null or b.stop_requested_at is not null
                or (s.status = 'pending' and exists (select from registration_job_steps g
                    where g.job_id = j.id and g.status = 'action_required'))
                or (b.stopped_reason is not null and not exists (select from registration_leases l
                    where l.batch_job_id = b.id and l.expires_at > clock_timestamp())))), true) as free,
        coalesce(s.status = 'unknown' and s.needs_person, false) as undecided,
        case when j.id is not null then r.name || ' in “' || b.name || '”' end as claimer,
        exists (
            select from registration_sub_steps a join registration_jobs aj on aj.id = a.job_id
            where a.organisation_id = :organisation and a.name = 'cloudwaitressAccount' and a.status <> 'completed'
              and (a.sent_at is not null or a.evidence ? 'sent_before')
              and lower(aj.execution_config #>> '{account,email}') = c.email) as asked
    from registration_credentials c
    left join registration_jobs j on j.id = c.claimed_by_job_id
    left join registration_batch_jobs b on b.id = j.batch_job_id
    left join restaurants r on r.id = j.restaurant_id
    left join registration_sub_steps s on s.job_id = j.id and s.name = 'cloudwaitressAccount'
    where c.organisation_id = :organisation and c.email = :email
    """
)
_LOCK = text("select from registration_credentials where organisation_id = :organisation and email = :email for update")
_CLAIM = text(
    """
    update registration_credentials set claimed_by_job_id = :job, updated_at = clock_timestamp()
    where organisation_id = :organisation and email = :email
    """
)
_SETTLE = text(
    """
    update registration_credentials set account_state = cast(:state as text), updated_at = clock_timestamp(),
        platform_account_id = coalesce(:account, platform_account_id)
    where organisation_id = :organisation and email = :email
      and (cast(:state as text) = 'completed' or (account_state = 'creating' and claimed_by_job_id = :claimer))
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


@dataclass(frozen=True)
class Credential:
    """An account's row; the password is encrypted; `claimer` is the restaurant that makes it, for people.

    `made`: the account is there, even if the row was not told. `free`: it is not, and the job that claimed it will not
    make it any more. `undecided`: only a person can tell whether it is there. `asked`: with this password it was asked
    for, by whatever job, and not clearly refused, so that one that turns up is ours.
    """

    email: str
    claimed_by: UUID | None
    password_encrypted: str
    account_state: str
    platform_account_id: str | None
    made: bool
    free: bool
    undecided: bool
    asked: bool
    claimer: str | None


async def claim_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, job_id: UUID, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made if there was none, and claimed for the job where nobody else has it.

    A claim of a job whose account sub-step ended without an account goes to the next who asks.
    """
    row = await hold_credential(connection, organisation_id, email, new_password_encrypted)
    if row.claimed_by is None or row.free:
        key = {"organisation": organisation_id, "email": email}
        await connection.execute(_CLAIM, key | {"job": job_id})
        row = _credential((await connection.execute(_READ, key)).one())
    return row


async def hold_credential(
    connection: AsyncConnection, organisation_id: UUID, email: str, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, made unclaimed if there was none; nobody else changes it until the transaction ends.

    It is read by a statement after the lock: a wait for the lock leaves what is joined as it was before.
    """
    key = {"organisation": organisation_id, "email": email}
    await connection.execute(_MAKE, key | {"password": new_password_encrypted})
    await connection.execute(_LOCK, key)
    return _credential((await connection.execute(_READ, key)).one())


async def read_credential(connection: AsyncConnection, organisation_id: UUID, email: str) -> Credential | None:
    """The row of this e-mail, if there is one."""
    found = await connection.execute(_READ, {"organisation": organisation_id, "email": email})
    row = found.one_or_none()
    return _credential(row) if row else None


async def lock_credential(connection: AsyncConnection, organisation_id: UUID, email: str) -> None:
    """Hold the row of this e-mail, if there is one, until the transaction ends."""
    await connection.execute(_LOCK, {"organisation": organisation_id, "email": email})


async def settle_credential(
    connection: AsyncConnection,
    organisation_id: UUID,
    email: str,
    state: str,
    account_id: str | None,
    claimer: UUID | None = None,
) -> None:
    """Note whether the account exists (`completed`) or belongs to another owner (`foreign`).

    `foreign` is noted only while the account is being created, and only for the job that has claimed it, `claimer`.
    """
    parameters = {"organisation": organisation_id, "email": email, "state": state, "account": account_id}
    await connection.execute(_SETTLE, parameters | {"claimer": claimer})


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
    return _credential((await connection.execute(_READ, key)).one())


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
        row.asked,
        row.claimer,
    )


_KNOWN = text(
    """
    select wanted.email, c.account_state as state, exists (
            select from pumpd_accounts a where a.organisation_id = :organisation
                and lower(a.email) in (wanted.email, wanted.ascii)) as on_platform
    from unnest(cast(:emails as text[]), cast(:ascii as text[])) as wanted (email, ascii)
    left join registration_credentials c on c.organisation_id = :organisation and c.email = wanted.email
    """
)


@dataclass(frozen=True)
class KnownAccount:
    """An e-mail's account: the state of our row of it, None if we have none; whether the platform has such a one.

    A row of the platform in any state counts: it keeps another restaurant from opening an account of the e-mail.
    """

    state: str | None
    on_platform: bool


async def known_accounts(
    connection: AsyncConnection, organisation_id: UUID, emails: Collection[str]
) -> dict[str, KnownAccount]:
    """By e-mail, in the form by which accounts are known, all that were asked for; one query, or none for none."""
    if not emails:
        return {}
    wanted = {"emails": list(emails), "ascii": list(map(ascii_email, emails))}
    rows = await connection.execute(_KNOWN, {"organisation": organisation_id, **wanted})
    return {row.email: KnownAccount(row.state, row.on_platform) for row in rows}


_READ_STORED = text("select password_encrypted from registration_credentials where organisation_id = :organisation")
_LOCK_STORED = text(
    """
    select id, password_encrypted from registration_credentials
    where organisation_id = :organisation order by id for update
    """
)
_REPLACE = text(
    """
    update registration_credentials set password_encrypted = :password, updated_at = clock_timestamp()
    where id = :id and organisation_id = :organisation
    """
)


async def read_passwords(connection: AsyncConnection, organisation_id: UUID) -> list[str]:
    """Every stored password."""
    return list((await connection.execute(_READ_STORED, {"organisation": organisation_id})).scalars())


async def lock_passwords(connection: AsyncConnection, organisation_id: UUID) -> dict[UUID, str]:
    """Every stored password by the id of its row; nobody else changes one until the transaction ends."""
    found = await connection.execute(_LOCK_STORED, {"organisation": organisation_id})
    return {row.id: row.password_encrypted for row in found}


async def replace_passwords(connection: AsyncConnection, organisation_id: UUID, stored: Mapping[UUID, str]) -> None:
    """Store the same passwords encrypted otherwise."""
    rows = [{"organisation": organisation_id, "id": id_, "password": one} for id_, one in stored.items()]
    if rows:
        await connection.execute(_REPLACE, rows)
