"""The outputs of a sub-step that was done by hand, and what must be known before it counts as done."""

import re
from typing import Any

from registration.accounts.queries import lock_credential, read_credential
from registration.database.session import Transaction
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import AccountOutputs, RestaurantOutputs
from registration.errors import Refused
from registration.operations.by_hand_queries import other_restaurant_with
from registration.operations.job_state import JobState
from registration.states import AccountState, Assurance
from registration.workflow.sub_steps import SubStepName

_ID = re.compile(r"RES[0-9A-Za-z_-]{1,60}")


def is_proven(observation: Observation) -> bool:
    """Whether the platform shows that the effect is there."""
    return observation.verdict is Presence.PRESENT and observation.known is Assurance.PROVEN


async def outputs_by_hand(
    transaction: Transaction, job: JobState, name: SubStepName, observation: Observation, given_id: str | None
) -> dict[str, Any] | None:
    """The outputs for the sub-steps that need this one: those that the platform shows, else what the person gave.

    Raises Refused for the account without a stored password, and for the registration without the platform's id.
    """
    if given_id is not None and name is not SubStepName.RESTAURANT_REGISTRATION:
        raise Refused(
            f"{name} has no id of a restaurant",
            code="RESTAURANT_ID_UNUSED",
            hint=f"give the id with {SubStepName.RESTAURANT_REGISTRATION} only",
        )
    match name:
        case SubStepName.CLOUDWAITRESS_ACCOUNT:
            return await _account(transaction, job, observation)
        case SubStepName.RESTAURANT_REGISTRATION:
            return await _restaurant(transaction, job, observation, given_id)
        case _:
            return observation.outputs.model_dump(mode="json") if observation.outputs else None


async def _account(transaction: Transaction, job: JobState, observation: Observation) -> dict[str, Any]:
    """An account without a known password is of no use to the sub-steps that sign in with it."""
    if job.email is None:
        raise Refused(
            f"the configuration of {job.restaurant} names no e-mail for the account",
            code="EMAIL_MISSING",
            hint="confirm a configuration with an e-mail first",
        )
    await lock_credential(transaction, job.email)
    row = await read_credential(transaction, job.email)
    if row is None or row.account_state is not AccountState.COMPLETED:
        raise Refused(
            f"no password is stored for the account {job.email}",
            code="PASSWORD_NOT_STORED",
            hint="store the password of the account first: later sub-steps sign in with it",
            email=job.email,
        )
    shown = observation.outputs if isinstance(observation.outputs, AccountOutputs) else None
    account_id = row.platform_account_id or (shown.account_id if shown else None)
    outputs = AccountOutputs(account_id=account_id, email=job.email, already_exists=True, existing=True)
    return outputs.model_dump(mode="json")


async def _restaurant(
    transaction: Transaction, job: JobState, observation: Observation, given: str | None
) -> dict[str, Any]:
    shown = observation.outputs if isinstance(observation.outputs, RestaurantOutputs) else None
    if shown is not None and shown.pumpd_restaurant_id is not None:
        if given not in (None, shown.pumpd_restaurant_id):
            raise Refused(
                f"{job.restaurant} is {shown.pumpd_restaurant_id} on the platform, not {given}",
                code="RESTAURANT_ID_DIFFERS",
                hint="give the id that the platform shows, or none",
            )
        return shown.model_dump(mode="json")
    if given is None:
        raise Refused(
            f"the platform's id of {job.restaurant} is missing: {observation.reason}",
            code="RESTAURANT_ID_MISSING",
            hint="give the id of the restaurant on the platform, which begins with RES",
        )
    await _check_id(transaction, job, given)
    return {"pumpd_restaurant_id": given} | dict.fromkeys(("pumpd_subdomain", "dashboard_url", "registration_status"))


async def _check_id(transaction: Transaction, job: JobState, given: str) -> None:
    if not _ID.fullmatch(given):
        raise Refused(
            f"{given[:80]!r} is no id of a restaurant on the platform",
            code="RESTAURANT_ID_INVALID",
            hint="the id begins with RES, and has letters, digits, - and _ only",
        )
    if other := await other_restaurant_with(transaction, job.restaurant_id, given):
        raise Refused(
            f"{given} is the id of {other} on the platform",
            code="RESTAURANT_ID_TAKEN",
            hint=f"look up the id of {job.restaurant} on the platform",
        )
