"""Account passwords: showing one to a person, storing one from a person, and encrypting all with a new key."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from registration.accounts.passwords import Cipher
from registration.accounts.queries import (
    Credential,
    hold_credential,
    lock_passwords,
    read_credential,
    replace_passwords,
    store_password,
)
from registration.database.session import Database
from registration.errors import NotFound, Refused
from registration.kit.text import is_control
from registration.kit.values import MOST_CHARACTERS, email_key
from registration.states import AccountState
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution, record

_FOREIGN = "the platform has an account for {0} that was not made here; store its password, or use another e-mail"


@dataclass(frozen=True)
class ShownAccount:
    """An account as it is shown to a person."""

    email: str
    password: SecretStr
    account_state: AccountState
    platform_account_id: str | None


async def show_password(
    database: Database, organisation_id: UUID, email: str, cipher: Cipher, attribution: Attribution
) -> ShownAccount:
    """The password of an account; an event records to whom it was shown. Raises NotFound."""
    address = email_key(email)
    async with database.transaction(organisation_id) as transaction:
        row = await read_credential(transaction, address)
        if row is None:
            raise NotFound(f"there is no account of {address} in this organisation", code="ACCOUNT_NOT_FOUND")
        shown = ShownAccount(
            row.email, cipher.decrypt(row.password_encrypted), row.account_state, row.platform_account_id
        )
        data = {"email": address}
        await record(transaction, "password shown", attribution, job_id=row.claimed_by, data=data)
    return shown


async def set_password(
    database: Database, organisation_id: UUID, email: str, password: SecretStr, cipher: Cipher, attribution: Attribution
) -> None:
    """Store the password of an account that exists: restaurants of this e-mail use the account from now on.

    Raises Refused while a restaurant is creating the account.
    """
    address = email_key(email)
    _check(address, password)
    async with database.transaction(organisation_id) as transaction:
        # The row is inserted if there is none, so that a concurrent claim of the account is waited for.
        row = await hold_credential(transaction, address, cipher.encrypt(password))
        _refuse_being_created(row)
        await store_password(transaction, address, cipher.encrypt(password))
        data = {"email": address}
        await record(transaction, "password stored", attribution, job_id=row.claimed_by, data=data)


def _check(address: str, password: SecretStr) -> None:
    secret = password.get_secret_value()
    if "@" not in address or not secret:
        raise Refused("give the account's e-mail, and a password that is not empty")
    if len(address) > MOST_CHARACTERS or not address.isprintable():
        raise Refused("this is no e-mail address")
    if len(secret) > MOST_CHARACTERS or any(map(is_control, secret)):
        raise Refused(f"a password is one line of at most {MOST_CHARACTERS} characters, without control characters")


def _refuse_being_created(row: Credential) -> None:
    if row.undecided:
        raise Refused(
            f"whether {row.claimer} has created the account {row.email} is not known",
            code="EFFECT_NOT_SETTLED",
            hint="look at the platform, then resolve the effect first",
            job_id=str(row.claimed_by),
            effect=SubStepName.CLOUDWAITRESS_ACCOUNT.value,
        )
    if row.claimed_by and row.account_state is AccountState.CREATING and not (row.free or row.made):
        raise Refused(f"a restaurant is creating the account {row.email} now; wait for it, or cancel it first")


async def rotate_passwords(database: Database, organisation_id: UUID, cipher: Cipher, attribution: Attribution) -> int:
    """Encrypt every stored password with the cipher's first key, all or none; returns their number.

    Raises MisconfiguredInstallation if none of the keys opens one of them.
    """
    async with database.transaction(organisation_id) as transaction:
        stored = await lock_passwords(transaction)
        await replace_passwords(transaction, {id_: cipher.rotate(one) for id_, one in stored.items()})
        await record(transaction, "passwords encrypted anew", attribution, data={"count": len(stored)})
    return len(stored)


def foreign_account(email: str) -> str:
    """The reason why the account of this e-mail is not used, and what a person can do about it."""
    return _FOREIGN.format(email)
