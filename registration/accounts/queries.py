"""Queries about credentials: one row per organisation and e-mail, claimed by the job that creates the account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.kit.values import ascii_email
from registration.states import AccountState

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
              and (a.sent_at is not null or a.previous_sent_at is not null)
              and lower(aj.execution_config #>> '{account,email}') = c.email) as requested
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
_SET_STATE = text(
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
_KNOWN = text(
    """
    select requested.email, c.account_state as state, exists (
            select from pumpd_accounts a where a.organisation_id = :organisation
                and lower(a.email) in (requested.email, requested.ascii)) as on_platform
    from unnest(cast(:emails as text[]), cast(:ascii as text[])) as requested (email, ascii)
    left join registration_credentials c on c.organisation_id = :organisation and c.email = requested.email
    """
)
_READ_STORED = text("select password_encrypted from registration_credentials where organisation_id = :organisation")
_LOCK_STORED = text(
    """
    select id from registration_credentials where organisation_id = :organisation order by id for update
    """
)
_READ_LOCKED = text(
    """
    select id, password_encrypted from registration_credentials
    where organisation_id = :organisation and id = any(:ids)
    """
)
_REPLACE = text(
    """
    update registration_credentials set password_encrypted = :password, updated_at = clock_timestamp()
    where id = :id and organisation_id = :organisation
    """
)


@dataclass(frozen=True)
class Credential:
    """The row of an account; the password is encrypted; `claimer` names the restaurant that creates it, for people.

    `made`: the account exists, even if `account_state` does not say so yet. `free`: the account does not exist, and the
    job that claimed it will not create it any more. `undecided`: only a person can tell whether the account exists.
    `requested`: a job has requested the account with this password and was not clearly refused, so an account that
    appears is ours.
    """

    email: str
    claimed_by: UUID | None
    password_encrypted: str
    account_state: AccountState
    platform_account_id: str | None
    made: bool
    free: bool
    undecided: bool
    requested: bool
    claimer: str | None


async def claim_credential(
    transaction: Transaction, email: str, job_id: UUID, new_password_encrypted: str
) -> Credential:
    """The row of this e-mail, inserted if there was none, and claimed for the job unless another job has claimed it.

    The claim of a job whose account sub-step ended without an account passes to the next job.
    """
    row = await hold_credential(transaction, email, new_password_encrypted)
    if row.claimed_by is None or row.free:
        key = {"organisation": transaction.organisation_id, "email": email}
        await transaction.execute(_CLAIM, key | {"job": job_id})
        row = _credential((await transaction.execute(_READ, key)).one())
    return row


async def hold_credential(transaction: Transaction, email: str, new_password_encrypted: str) -> Credential:
    """The row of this e-mail, inserted unclaimed if there was none, and locked until the transaction ends.

    The row is read by a statement after the lock: a statement that waits for a lock sees old versions of joined rows.
    """
    key = {"organisation": transaction.organisation_id, "email": email}
    await transaction.execute(_MAKE, key | {"password": new_password_encrypted})
    await transaction.execute(_LOCK, key)
    return _credential((await transaction.execute(_READ, key)).one())


async def read_credential(transaction: Transaction, email: str) -> Credential | None:
    """The row of this e-mail, if there is one."""
    found = await transaction.execute(_READ, {"organisation": transaction.organisation_id, "email": email})
    row = found.one_or_none()
    return _credential(row) if row else None


async def lock_credential(transaction: Transaction, email: str) -> None:
    """Lock the row of this e-mail, if there is one, until the transaction ends."""
    await transaction.execute(_LOCK, {"organisation": transaction.organisation_id, "email": email})


async def set_account_state(
    transaction: Transaction,
    email: str,
    state: AccountState,
    account_id: str | None,
    claimer: UUID | None = None,
) -> None:
    """Note whether the account exists (COMPLETED) or belongs to another owner (FOREIGN).

    FOREIGN is noted only while the account is being created, and only for the job that has claimed it, `claimer`.
    """
    parameters = {"organisation": transaction.organisation_id, "email": email, "state": state, "account": account_id}
    await transaction.execute(_SET_STATE, parameters | {"claimer": claimer})


async def store_password(transaction: Transaction, email: str, password_encrypted: str) -> None:
    """Store the password of an account that exists."""
    key = {"organisation": transaction.organisation_id, "email": email}
    await transaction.execute(_STORE, key | {"password": password_encrypted})


async def ensure_credential(transaction: Transaction, email: str, new_password_encrypted: str) -> Credential:
    """The row of this e-mail, inserted unclaimed if there was none."""
    key = {"organisation": transaction.organisation_id, "email": email}
    await transaction.execute(_MAKE, key | {"password": new_password_encrypted})
    return _credential((await transaction.execute(_READ, key)).one())


def _credential(row: Any) -> Credential:
    return Credential(
        row.email,
        row.claimed_by_job_id,
        row.password_encrypted,
        AccountState(row.account_state),
        row.platform_account_id,
        row.made,
        row.free,
        row.undecided,
        row.requested,
        row.claimer,
    )


@dataclass(frozen=True)
class KnownAccount:
    """The account of an e-mail: the state of our row, None without a row; whether the platform has an account.

    A row of the platform in any state counts: it keeps another restaurant from opening an account of the e-mail.
    """

    state: str | None
    on_platform: bool


async def known_accounts(transaction: Transaction, emails: Collection[str]) -> dict[str, KnownAccount]:
    """The accounts of `emails`, which are given in the form by which accounts are known; at most one query."""
    if not emails:
        return {}
    requested = {"emails": list(emails), "ascii": list(map(ascii_email, emails))}
    rows = await transaction.execute(_KNOWN, {"organisation": transaction.organisation_id, **requested})
    return {row.email: KnownAccount(row.state, row.on_platform) for row in rows}


async def read_passwords(transaction: Transaction) -> list[str]:
    """Every stored password, encrypted."""
    return list((await transaction.execute(_READ_STORED, {"organisation": transaction.organisation_id})).scalars())


async def lock_passwords(transaction: Transaction) -> dict[UUID, str]:
    """Every stored password by the id of its row; the rows are locked until the transaction ends.

    Only the locked rows are read: a row that was inserted since the lock could change before it is written.
    """
    locked = await transaction.execute(_LOCK_STORED, {"organisation": transaction.organisation_id})
    parameters = {"organisation": transaction.organisation_id, "ids": list(locked.scalars())}
    return {row.id: row.password_encrypted for row in await transaction.execute(_READ_LOCKED, parameters)}


async def replace_passwords(transaction: Transaction, stored: Mapping[UUID, str]) -> None:
    """Replace passwords by the same ones, encrypted with another key."""
    rows = [{"organisation": transaction.organisation_id, "id": id_, "password": one} for id_, one in stored.items()]
    if rows:
        await transaction.execute(_REPLACE, rows)
