"""Account passwords: showing one to a person, storing one that a person states, and refusing foreign accounts."""

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
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution, record


@dataclass(frozen=True)
class Shown:
    """What a person is shown of an account."""

    email: str
    password: SecretStr
    account_state: str
    platform_account_id: str | None


async def show_password(
    database: Database, organisation_id: UUID, email: str, cipher: Cipher, attribution: Attribution
) -> Shown:
    """The password of an account; that it was shown, and to whom, is recorded first. Raises NotFound."""
    address = email_key(email)
    async with database.transaction(organisation_id) as connection:
        row = await read_credential(connection, organisation_id, address)
        if row is None:
            raise NotFound(f"there is no account of {address} in this organisation")
        shown = Shown(row.email, cipher.decrypt(row.password_encrypted), row.account_state, row.platform_account_id)
        data = {"email": address}
        await record(connection, organisation_id, "password shown", attribution, job_id=row.claimed_by, data=data)
    return shown


async def set_password(
    database: Database, organisation_id: UUID, email: str, password: SecretStr, cipher: Cipher, attribution: Attribution
) -> None:
    """The account is there, and this is its password: restaurants of this e-mail use it from now on.

    Raises Refused while a restaurant is about to create the account.
    """
    address = email_key(email)
    _check(address, password)
    async with database.transaction(organisation_id) as connection:
        # Also where there is no row yet: a restaurant that makes one at this moment is waited for.
        row = await hold_credential(connection, organisation_id, address, cipher.encrypt(password))
        _refuse_being_created(row)
        await store_password(connection, organisation_id, address, cipher.encrypt(password))
        data = {"email": address}
        await record(connection, organisation_id, "password stored", attribution, job_id=row.claimed_by, data=data)


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
            f"whether {row.claimer} has created the account {row.email} is not known: look at the platform, then say "
            f"`registration resolve {row.claimed_by} {SubStepName.CLOUDWAITRESS_ACCOUNT}` first"
        )
    if row.claimed_by and row.account_state == "creating" and not (row.free or row.made):
        raise Refused(f"a restaurant is creating the account {row.email} now; wait for it, or cancel it first")


async def rotate_passwords(database: Database, organisation_id: UUID, cipher: Cipher, attribution: Attribution) -> int:
    """Encrypt every stored password with the cipher's first key, all or none; how many there are.

    Raises MisconfiguredInstallation if none of the keys opens one of them.
    """
    async with database.transaction(organisation_id) as connection:
        stored = await lock_passwords(connection, organisation_id)
        await replace_passwords(connection, organisation_id, {id_: cipher.rotate(one) for id_, one in stored.items()})
        await record(connection, organisation_id, "passwords encrypted anew", attribution, data={"count": len(stored)})
    return len(stored)


_FOREIGN = (
    "the platform has an account for {0} that was not made here; "
    "store its password with `registration credentials set {0}`, or use another e-mail"
)


def foreign_account(email: str) -> str:
    """Why the account of this e-mail is not used, and what can be done about it."""
    return _FOREIGN.format(email)
