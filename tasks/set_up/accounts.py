"""Platform accounts: who creates the one of an e-mail, who uses it, and with which password."""

from dataclasses import dataclass, replace
from functools import partial

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts import queries as store
from registration.accounts.passwords import new_password
from registration.accounts.service import foreign_account
from registration.database.session import persistently
from registration.effects.account_waiting_queries import Others, note_waiting, others_of_account, wait_for_account
from registration.effects.evidence import Observation, Presence
from registration.effects.freeing import free
from registration.effects.outputs import AccountOutputs, Outputs
from registration.errors import AlreadyThere, EffectFailed, EffectUndecided, PersonMustAct
from registration.kit.values import email_key
from registration.platform.requests import PlatformRequest, RegistrationType
from registration.workflow.transition_queries import SYSTEM
from tasks.set_up.context import SubStepContext
from tasks.step_runner import once_a, under_lease, write

_UNDECIDED = (
    "another restaurant asked for the account {0}, and nobody can tell whether it was created: "
    "`registration resolve` that one"
)

_WAITS = "waits for the account {0}, which is made for {1}"


@dataclass(frozen=True)
class Claim:
    """The account's e-mail and password; `existing` is its row if the account is there already.

    `asked`: it was asked for before, by this restaurant or another one, and may still turn up.
    """

    email: str
    password: SecretStr
    existing: store.Credential | None
    asked: bool


def email(setup: SubStepContext) -> str:
    """The account's e-mail, in lower case."""
    address = setup.config.account.email
    if address is None:
        raise PersonMustAct("there is no e-mail for the account")
    return address.lower()


async def claim(setup: SubStepContext) -> Claim:
    """Claim the account of the e-mail, or wait, holding no slot, until another restaurant has made it.

    Raises EffectFailed if it was found to be somebody else's, EffectUndecided if only a person can tell whether that
    other restaurant has made it: then this one waits for a person too, and gives up its place.
    """
    address, told = email(setup), None
    while True:
        row = await write(setup.context, partial(_claim, setup=setup, address=address))
        mine = row.claimed_by == setup.job.job_id
        if told and (row.made or mine):
            await _note(setup, None)
        if row.made or mine:
            password = setup.context.cipher.decrypt(row.password_encrypted)
            return Claim(address, password, row if row.made else None, row.asked)
        if row.account_state == "foreign":
            raise await setup.context.ledger.refuse(setup.job.job_id, setup.name, foreign_account(address))
        if row.undecided and await write(setup.context, partial(_wait_too, setup=setup, address=address)):
            raise EffectUndecided(_UNDECIDED.format(address))
        if told != row.claimer:
            told = row.claimer
            await _note(setup, _WAITS.format(address, told))
        await once_a(1, setup.context, setup.job)


async def use_existing(setup: SubStepContext, row: store.Credential) -> Outputs:
    """The account was there before: nothing is sent."""
    outputs = AccountOutputs(account_id=row.platform_account_id, email=row.email, already_exists=True, existing=True)
    look = Observation(
        Presence.UNKNOWN, f"the account {row.email} was there before", None, {"existing_account": row.email}
    )
    return await setup.context.ledger.adopt(setup.job.job_id, setup.name, outputs, look)


async def create(setup: SubStepContext, request: PlatformRequest, claim: Claim) -> Outputs:
    """Create the account, and note that it exists; one that the platform had before is somebody else's."""
    address, asking = claim.email, replace(setup, asked_before=claim.asked)
    try:
        outputs = await asking.perform(
            request, foreign=lambda found: _foreign(found, claim), there=lambda said: _there(said, claim)
        )
    except EffectFailed as failed:
        if failed.details.get("foreign"):
            await _settle(setup, address, "foreign", None)
        raise
    account_id = outputs.account_id if isinstance(outputs, AccountOutputs) else None
    await _settle(setup, address, "completed", account_id)
    await _free(setup, address)
    return outputs


async def settled(setup: SubStepContext, *, made: bool) -> None:
    """It became known, by looking, whether the account was made: who waited for that goes on."""
    address = email(setup)
    if made:
        await _settle(setup, address, "completed", None)
    await _free(setup, address)


async def password(setup: SubStepContext) -> SecretStr:
    """The account's password: the stored one, made now if there is none."""
    fresh = setup.context.cipher.encrypt(new_password())
    row = await under_lease(
        setup.context,
        lambda connection: store.ensure_credential(connection, setup.job.organisation_id, email(setup), fresh),
    )
    return setup.context.cipher.decrypt(row.password_encrypted)


async def registration_type(setup: SubStepContext) -> RegistrationType:
    """What is new about the restaurant, from the records, under the lock of the account's row.

    The account is there by now: "new" would have the platform ask for it a second time, outside of the spacing.
    While another restaurant is on the way to be the account's first one, nobody can say: it is waited for.
    """
    while True:
        others = await under_lease(setup.context, partial(_others, setup=setup))
        if others.registered or not others.on_the_way:
            break
        await once_a(1, setup.context, setup.job)
    if others.registered:
        return RegistrationType.EXISTING_ACCOUNT_ADDITIONAL_RESTAURANT
    return RegistrationType.EXISTING_ACCOUNT_FIRST_RESTAURANT


def _foreign(outputs: Outputs, claim: Claim) -> str | None:
    already = isinstance(outputs, AccountOutputs) and outputs.already_exists
    return foreign_account(claim.email) if already and not claim.asked else None


def _there(said: AlreadyThere, claim: Claim) -> AccountOutputs | None:
    """The account that the platform says to have for this restaurant, if it is that of the e-mail."""
    if said.details.get("account_email") != email_key(claim.email):
        return None
    return AccountOutputs(account_id=None, email=claim.email, already_exists=True)


async def _claim(connection: AsyncConnection, setup: SubStepContext, address: str) -> store.Credential:
    fresh = setup.context.cipher.encrypt(new_password())
    return await store.claim_credential(connection, setup.job.organisation_id, address, setup.job.job_id, fresh)


async def _wait_too(connection: AsyncConnection, setup: SubStepContext, address: str) -> bool:
    message = _UNDECIDED.format(address)
    return await wait_for_account(connection, setup.job.organisation_id, address, setup.job.job_id, message)


async def _note(setup: SubStepContext, message: str | None) -> None:
    ids = (setup.job.organisation_id, setup.job.job_id)
    await write(setup.context, lambda connection: note_waiting(connection, *ids, message))


async def _others(connection: AsyncConnection, setup: SubStepContext) -> Others:
    return await others_of_account(connection, setup.job.organisation_id, email(setup), setup.job.job_id)


async def _free(setup: SubStepContext, address: str) -> None:
    """Have those go on who waited for it; other batches that were left to people are started by recovery."""
    context = setup.context
    await persistently(
        lambda: free(context.lease.database, setup.job.organisation_id, address, SYSTEM),
        give_up=lambda: context.lease.lost,
    )
    context.watch.poke()


async def _settle(setup: SubStepContext, address: str, state: str, account_id: str | None) -> None:
    await write(
        setup.context,
        lambda connection: store.settle_credential(
            connection, setup.job.organisation_id, address, state, account_id, setup.job.job_id
        ),
    )
