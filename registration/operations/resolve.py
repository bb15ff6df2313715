"""Resolving an unknown effect: a person says whether it happened, where the pipeline cannot find out."""

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from registration.accounts.queries import set_account_state
from registration.database.session import Database, Transaction
from registration.effects.account_waiting_queries import (
    Freed,
    Held,
    SomebodyElseWaits,
    Waiter,
    free_waiting,
    lock_waiting,
    waiting_jobs,
)
from registration.effects.evidence import Observation, Presence
from registration.effects.models import EffectRow
from registration.effects.outputs import AccountOutputs
from registration.effects.queries import lock_effects, read_effect
from registration.errors import Refused
from registration.operations.by_hand import Shown
from registration.operations.by_hand_outputs import is_proven, outputs_by_hand
from registration.operations.by_hand_queries import resolved_by
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state
from registration.states import AccountState, Assurance, StepStatus, SubStepStatus
from registration.workflow.step_queries import lock_steps, refresh_job_status, reopen
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step

_FOLLOWS: dict[SubStepStatus, frozenset[SubStepStatus]] = {
    SubStepStatus.COMPLETED: frozenset(),
    SubStepStatus.PENDING: frozenset(SubStepStatus) - {SubStepStatus.UNKNOWN},
}
"""What becomes of a resolved effect without a further word of a person: a request that is sent again may end anyhow."""
_NOT_ASKED = Observation(Presence.UNKNOWN, "the platform was not asked")


class Resolution(StrEnum):
    """What the person found by looking at the platform."""

    IT_IS_THERE = "it is there"
    DO_IT_AGAIN = "it is not there, do it again"


@dataclass(frozen=True)
class Resolved:
    """The effect's new status; `live`: a process works on the batch and sees the change within a second.

    `freed` are the other batches in which a restaurant waited for the same account and now goes on.
    """

    job_id: UUID
    batch_id: UUID
    restaurant: str
    status: SubStepStatus
    live: bool
    freed: tuple[Freed, ...] = ()


async def resolve(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    name: str,
    resolution: Resolution,
    attribution: Attribution,
    shown: Shown | None = None,
    *,
    pumpd_restaurant_id: str | None = None,
) -> Resolved:
    """Set an unknown effect to the outcome that the person found; in a cancelled job it is not sent again.

    A registration that is there needs the platform's id of the restaurant: as `shown` by the platform, else as the
    person gives it. The same answer of the same person changes nothing, as long as nothing newer was said about the
    effect. Raises NotFound, and Refused if the effect is not unknown, if the pipeline can still find its outcome by
    itself, or if the id is missing.
    """
    found = _Found(resolution, attribution, pumpd_restaurant_id)
    if found.is_registration(name) and shown is not None:
        async with database.transaction(organisation_id) as transaction:
            job = await read_job_state(transaction, job_id)
        found = replace(found, observation=await shown(job, SubStepName(name)))
    while True:
        with suppress(SomebodyElseWaits):
            async with database.transaction(organisation_id) as transaction:
                return await _resolve(transaction, job_id, name, found)


@dataclass(frozen=True)
class _Found:
    """What the person found, and what the platform shows of it if it was asked."""

    resolution: Resolution
    attribution: Attribution
    given_id: str | None
    observation: Observation = _NOT_ASKED

    def is_registration(self, name: str) -> bool:
        return self.resolution is Resolution.IT_IS_THERE and name == SubStepName.RESTAURANT_REGISTRATION

    @property
    def status(self) -> SubStepStatus:
        there = self.resolution is Resolution.IT_IS_THERE
        return SubStepStatus.COMPLETED if there else SubStepStatus.PENDING


async def _resolve(transaction: Transaction, job_id: UUID, name: str, found: _Found) -> Resolved:
    held = await _lock(transaction, job_id, name)
    job = await read_job_state(transaction, job_id)
    row = await read_effect(transaction, job_id, name)
    attribution = found.attribution
    if row.status is not SubStepStatus.UNKNOWN:
        said = await resolved_by(transaction, job_id, name, attribution.actor, attribution.reason)
        if said is found.status and row.status in (found.status, *_FOLLOWS[found.status]):
            return Resolved(job_id, job.batch_id, job.restaurant, row.status, held.leases[job.batch_id].live)
    _check(job, name, row)
    if found.resolution is Resolution.IT_IS_THERE:
        await _complete(transaction, job, name, found)
    else:
        await _reopen(transaction, job, name, row, attribution)
    if name in set(ExtractionStart) and job.steps[Step.EXTRACTION].status is StepStatus.FAILED:
        await _follow_again(transaction, job, attribution)
    await refresh_job_status(transaction, job_id, attribution)
    freed: tuple[Freed, ...] = ()
    if account := _account(job, name):
        freed = await free_waiting(transaction, account, held, attribution)
    status = (await read_effect(transaction, job_id, name)).status
    others = tuple(one for one in freed if one.batch_id != job.batch_id)
    return Resolved(job_id, job.batch_id, job.restaurant, status, held.leases[job.batch_id].live, others)


async def _lock(transaction: Transaction, job_id: UUID, name: str) -> Held:
    """Lock all rows that a resolution changes, in the common order. The decision uses only what is read after the
    locks.
    """
    before = await read_job_state(transaction, job_id)
    account = _account(before, name)
    waiting = await waiting_jobs(transaction, account) if account else ()
    own = Waiter(job_id, before.batch_id, goes_on=True)
    held = await lock_waiting(transaction, waiting, own)
    await lock_steps(transaction, job_id)
    await lock_effects(transaction, held.jobs, name)
    return held


def _account(job: JobState, name: str) -> str | None:
    """The e-mail of the account, if the effect is its creation."""
    return job.email if name == SubStepName.CLOUDWAITRESS_ACCOUNT else None


def _check(job: JobState, name: str, row: EffectRow) -> None:
    if row.status is not SubStepStatus.UNKNOWN:
        raise Refused(
            f"{name} of {job.restaurant} is {row.status.replace('_', ' ')}: there is nothing to resolve",
            code="EFFECT_NOT_UNKNOWN",
        )
    if not row.needs_person:
        raise Refused(
            f"{name} of {job.restaurant} is still being reconciled; resolve it if that fails",
            code="EFFECT_NOT_SETTLED",
        )


async def _complete(transaction: Transaction, job: JobState, name: str, found: _Found) -> None:
    account, outputs, attribution = _account(job, name), None, found.attribution
    if found.given_id is not None or found.is_registration(name):
        outputs = await outputs_by_hand(transaction, job, SubStepName(name), found.observation, found.given_id)
    elif account:
        outputs = AccountOutputs(account_id=None, email=account, already_exists=False).model_dump(mode="json")
    proven = is_proven(found.observation)
    values = {
        "outputs": outputs,
        "evidence": (found.observation.evidence if proven else {})
        | {"said_by": attribution.actor, "why": attribution.reason},
        "known": Assurance.PROVEN if proven else Assurance.PERSON,
        "needs_person": False,
        "error_message": None,
        "error_details": None,
    }
    await move_sub_step(transaction, job.job_id, name, SubStepStatus.COMPLETED, attribution, **values)
    if account:
        await set_account_state(transaction, account, AccountState.COMPLETED, None)


async def _reopen(
    transaction: Transaction,
    job: JobState,
    name: str,
    row: EffectRow,
    attribution: Attribution,
) -> None:
    values = {
        "needs_person": False,
        "sent_at": None,
        "previous_sent_at": row.sent_at,
        "window_closed": True,
        "resend_approved": True,
        "unclear_sendings": 0,
        "restored": False,
        "error_message": None,
    }
    await move_sub_step(transaction, job.job_id, name, SubStepStatus.PENDING, attribution, **values)
    if job.status.ended and name in set(SubStepName):
        await move_sub_step(transaction, job.job_id, name, SubStepStatus.CANCELLED, attribution)


async def _follow_again(transaction: Transaction, job: JobState, attribution: Attribution) -> None:
    """Reopen step 1, which failed because the outcome was unknown, so that it goes on from the outcome known now."""
    await reopen(transaction, job.job_id, Step.EXTRACTION, StepStatus.PENDING, attribution)
