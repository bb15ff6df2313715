"""Platform accounts: which restaurant creates the account of an e-mail, which ones use it, and with which password."""

from dataclasses import dataclass, replace
from functools import partial

from pydantic import SecretStr

from registration.accounts import queries as store
from registration.accounts.passwords import new_password
from registration.accounts.service import foreign_account
from registration.database.session import Transaction, retry_until_available
from registration.effects.account_waiting_queries import Others, note_waiting, others_of_account, wait_for_account
from registration.effects.evidence import Observation, Presence
from registration.effects.freeing import free
from registration.effects.outputs import AccountOutputs, Outputs
from registration.errors import AlreadyThere, EffectFailed, EffectUndecided, PersonMustAct
from registration.kit.values import email_key
from registration.platform.requests import PlatformRequest, RegistrationType
from registration.states import AccountState
from registration.workflow.transition_queries import SYSTEM
from tasks.set_up.context import SubStepContext
from tasks.step_runner import once_a, under_lease, write

_UNDECIDED = (
    "another restaurant requested the account {0}, and the outcome is unknown: a person must resolve that request first"
)

_WAITS = "waits for the account {0}, which is made for {1}"


@dataclass(frozen=True)
class Claim:
    """The account's e-mail and password; `existing` is its row if the account exists already.

    `requested`: a request for it was sent before, by this restaurant or another, so the account may still appear.
    """

    email: str
    password: SecretStr
    existing: store.Credential | None
    requested: bool


def email(setup: SubStepContext) -> str:
    """The account's e-mail, in lower case."""
    address = setup.config.account.email
    if address is None:
        raise PersonMustAct("there is no e-mail for the account")
    return address.lower()


async def claim(setup: SubStepContext) -> Claim:
    """Claim the account of the e-mail, or wait, holding no slot, until another restaurant has created it.

    Raises EffectFailed if the account belongs to somebody else, and EffectUndecided if only a person can tell whether
    the other restaurant has created it: this restaurant then waits for a person too, and gives its slot back.
    """
    address, announced_claimer = email(setup), None
    while True:
        row = await write(setup.context, partial(_claim, setup=setup, address=address))
        mine = row.claimed_by == setup.job.job_id
        if announced_claimer and (row.made or mine):
            await _note_waiting(setup, None)
        if row.made or mine:
            password = setup.context.cipher.decrypt(row.password_encrypted)
            return Claim(address, password, row if row.made else None, row.requested)
        if row.account_state is AccountState.FOREIGN:
            raise await setup.context.ledger.refuse(setup.job.job_id, setup.name, foreign_account(address))
        if row.undecided and await write(setup.context, partial(_wait_for_account, setup=setup, address=address)):
            raise EffectUndecided(_UNDECIDED.format(address))
        if announced_claimer != row.claimer:
            announced_claimer = row.claimer
            await _note_waiting(setup, _WAITS.format(address, announced_claimer))
        await once_a(1, setup.context, setup.job)


async def use_existing(setup: SubStepContext, row: store.Credential) -> Outputs:
    """Record that the account existed before: no request is sent."""
    outputs = AccountOutputs(account_id=row.platform_account_id, email=row.email, already_exists=True, existing=True)
    observation = Observation(
        Presence.UNKNOWN, f"the account {row.email} was there before", None, {"existing_account": row.email}
    )
    return await setup.context.ledger.adopt(setup.job.job_id, setup.name, outputs, observation)


async def create(setup: SubStepContext, request: PlatformRequest, claim: Claim) -> Outputs:
    """Create the account, and record that it exists; an account that the platform had before belongs to
    somebody else.
    """
    address, repeated = claim.email, replace(setup, requested_before=claim.requested)
    try:
        outputs = await repeated.perform(
            request, foreign=lambda outputs: _foreign(outputs, claim), there=lambda said: _there(said, claim)
        )
    except EffectFailed as failed:
        if failed.details.get("foreign"):
            await _set_account_state(setup, address, AccountState.FOREIGN, None)
        raise
    account_id = outputs.account_id if isinstance(outputs, AccountOutputs) else None
    await _set_account_state(setup, address, AccountState.COMPLETED, account_id)
    await _free_waiting_jobs(setup, address)
    return outputs


async def reconciled(setup: SubStepContext, *, made: bool) -> None:
    """Record whether the account was created, as a look at the platform showed, and wake the restaurants that waited
    for it.
    """
    address = email(setup)
    if made:
        await _set_account_state(setup, address, AccountState.COMPLETED, None)
    await _free_waiting_jobs(setup, address)


async def password(setup: SubStepContext) -> SecretStr:
    """The stored password of the account; a new one is stored if there is none."""
    fresh = setup.context.cipher.encrypt(new_password())
    row = await under_lease(
        setup.context,
        lambda transaction: store.ensure_credential(transaction, email(setup), fresh),
    )
    return setup.context.cipher.decrypt(row.password_encrypted)


async def registration_type(setup: SubStepContext) -> RegistrationType:
    """The type of the registration, from the records, under the lock of the account's row.

    The account exists by now: with "new" the platform would create it again, outside of the spacing. While another
    restaurant is about to become the account's first, the type is undecided, and this restaurant waits.
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
    return foreign_account(claim.email) if already and not claim.requested else None


def _there(said: AlreadyThere, claim: Claim) -> AccountOutputs | None:
    """The account that the platform reports for this restaurant, if its e-mail is the claimed one."""
    if said.details.get("account_email") != email_key(claim.email):
        return None
    return AccountOutputs(account_id=None, email=claim.email, already_exists=True)


async def _claim(transaction: Transaction, setup: SubStepContext, address: str) -> store.Credential:
    fresh = setup.context.cipher.encrypt(new_password())
    return await store.claim_credential(transaction, address, setup.job.job_id, fresh)


async def _wait_for_account(transaction: Transaction, setup: SubStepContext, address: str) -> bool:
    message = _UNDECIDED.format(address)
    return await wait_for_account(transaction, address, setup.job.job_id, message)


async def _note_waiting(setup: SubStepContext, message: str | None) -> None:
    await write(setup.context, lambda transaction: note_waiting(transaction, setup.job.job_id, message))


async def _others(transaction: Transaction, setup: SubStepContext) -> Others:
    return await others_of_account(transaction, email(setup), setup.job.job_id)


async def _free_waiting_jobs(setup: SubStepContext, address: str) -> None:
    """Let the jobs go on that waited for the account; recovery starts other batches that waited for people."""
    context = setup.context
    await retry_until_available(
        lambda: free(context.lease.database, setup.job.organisation_id, address, SYSTEM),
        give_up=lambda: context.lease.lost,
    )
    context.watch.poke()


async def _set_account_state(setup: SubStepContext, address: str, state: AccountState, account_id: str | None) -> None:
    await write(
        setup.context,
        lambda transaction: store.set_account_state(transaction, address, state, account_id, setup.job.job_id),
    )
