"""A person settles an effect of which nobody else can tell whether it happened."""

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.accounts.queries import settle_credential
from registration.database.session import Database
from registration.effects.account_waiting_queries import (
    Freed,
    Held,
    SomebodyElseWaits,
    Waiter,
    free_waiting,
    lock_waiting,
    who_waits,
)
from registration.effects.outputs import AccountOutputs
from registration.effects.queries import LedgerRow, lock_effects, read_effect
from registration.errors import Refused
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state
from registration.states import Assurance, StepStatus, SubStepStatus
from registration.workflow.step_queries import lock_steps, refresh_job_status, reopen
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step


class Resolution(StrEnum):
    """What a person found out by looking at the platform."""

    IT_IS_THERE = "it is there"
    DO_IT_AGAIN = "it is not there, do it again"


@dataclass(frozen=True)
class Resolved:
    """The effect's new status; `live`: a process works on the batch and has seen it within a second.

    `freed` are the other batches in which a restaurant waited for the same account and goes on.
    """

    job_id: UUID
    batch_id: UUID
    restaurant: str
    status: SubStepStatus
    live: bool
    freed: tuple[Freed, ...] = ()


async def resolve(
    database: Database, organisation_id: UUID, job_id: UUID, name: str, resolution: Resolution, attribution: Attribution
) -> Resolved:
    """Settle an unknown effect as the person says; in a cancelled job it is not done again.

    Raises NotFound, and Refused if it is not unknown, or still looked for without a person.
    """
    while True:
        with suppress(SomebodyElseWaits):
            async with database.transaction(organisation_id) as connection:
                return await _resolve(connection, organisation_id, job_id, name, resolution, attribution)


async def _resolve(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    name: str,
    resolution: Resolution,
    attribution: Attribution,
) -> Resolved:
    held = await _hold(connection, organisation_id, job_id, name)
    job = await read_job_state(connection, organisation_id, job_id)
    row = await read_effect(connection, organisation_id, job_id, name)
    _check(job, name, row)
    if resolution is Resolution.IT_IS_THERE:
        await _is_there(connection, organisation_id, job, name, attribution)
    else:
        await _is_not_there(connection, organisation_id, job, name, row, attribution)
    if name in set(ExtractionStart) and job.steps[Step.EXTRACTION].status is StepStatus.FAILED:
        await _follow_again(connection, organisation_id, job, attribution)
    await refresh_job_status(connection, organisation_id, job_id, attribution)
    freed: tuple[Freed, ...] = ()
    if account := _account(job, name):
        freed = await free_waiting(connection, organisation_id, account, held, attribution)
    status = (await read_effect(connection, organisation_id, job_id, name)).status
    others = tuple(one for one in freed if one.batch_id != job.batch_id)
    return Resolved(job_id, job.batch_id, job.restaurant, status, held.leases[job.batch_id].live, others)


async def _hold(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str) -> Held:
    """Lock all that a resolution changes, in the order in which everybody locks; what is decided on is read after."""
    before = await read_job_state(connection, organisation_id, job_id)
    account = _account(before, name)
    waiting = await who_waits(connection, organisation_id, account) if account else ()
    own = Waiter(job_id, before.batch_id, goes_on=True)
    held = await lock_waiting(connection, organisation_id, waiting, own)
    await lock_steps(connection, organisation_id, job_id)
    await lock_effects(connection, organisation_id, held.jobs, name)
    return held


def _account(job: JobState, name: str) -> str | None:
    """The e-mail of the account, if the effect is its creation."""
    return job.email if name == SubStepName.CLOUDWAITRESS_ACCOUNT else None


def _check(job: JobState, name: str, row: LedgerRow) -> None:
    if row.status is not SubStepStatus.UNKNOWN:
        raise Refused(f"{name} of {job.restaurant} is {row.status.replace('_', ' ')}: there is nothing to resolve")
    if not row.needs_person:
        raise Refused(f"{name} of {job.restaurant} is still being looked for; a person is asked when that cannot tell")


async def _is_there(
    connection: AsyncConnection, organisation_id: UUID, job: JobState, name: str, attribution: Attribution
) -> None:
    account, outputs = _account(job, name), None
    if account:
        outputs = AccountOutputs(account_id=None, email=account, already_exists=False).model_dump(mode="json")
    values = {
        "outputs": outputs,
        "evidence": {"said_by": attribution.actor, "why": attribution.reason},
        "known": Assurance.PERSON,
        "needs_person": False,
        "error_message": None,
        "error_details": None,
    }
    await move_sub_step(connection, organisation_id, job.job_id, name, SubStepStatus.COMPLETED, attribution, **values)
    if account:
        await settle_credential(connection, organisation_id, account, "completed", None)


async def _is_not_there(
    connection: AsyncConnection,
    organisation_id: UUID,
    job: JobState,
    name: str,
    row: LedgerRow,
    attribution: Attribution,
) -> None:
    evidence = {"sent_before": row.sent_at.isoformat() if row.sent_at else None, "over": True, "do_again": True}
    values = {"needs_person": False, "sent_at": None, "evidence": evidence, "error_message": None}
    await move_sub_step(connection, organisation_id, job.job_id, name, SubStepStatus.PENDING, attribution, **values)
    if job.status.ended and name in set(SubStepName):
        await move_sub_step(connection, organisation_id, job.job_id, name, SubStepStatus.CANCELLED, attribution)


async def _follow_again(
    connection: AsyncConnection, organisation_id: UUID, job: JobState, attribution: Attribution
) -> None:
    """Step 1 failed because nobody could tell: it goes on from what is known now."""
    await reopen(connection, organisation_id, job.job_id, Step.EXTRACTION, StepStatus.PENDING, attribution)
