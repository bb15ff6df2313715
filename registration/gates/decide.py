"""Accepting or refusing an answer, and moving the step: the one way in for every door.

A decision is written in one transaction with the move that follows from it. It is accepted at most once per job, gate
and visit; what breaks a rule that only we can check, or comes too late, is recorded as refused with its reason.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.errors import NotFound
from registration.gates import company as company_decisions
from registration.gates import config as config_decisions
from registration.gates import queries as store
from registration.gates.decisions import Channel, GivenAnswer, LeaveOut, Verdict
from registration.gates.round_queries import read_round
from registration.gates.rounds import Question
from registration.gates.wording import answer_in_words
from registration.kit.values import why
from registration.states import StepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.step_queries import StepAsked, lock_job, read_step_asked, skip_steps
from registration.workflow.steps import GATE_STEPS, GateName, Step
from registration.workflow.transition_queries import Attribution

# A policy decides instead of the job's arriving at the gate.
_WAITS = {Channel.POLICY: StepStatus.PENDING}


async def decide(
    database: Database, organisation_id: UUID, given: GivenAnswer, shown: Question | None = None
) -> Verdict:
    """Accept the answer and move the job on, or refuse it with the reason; raises NotFound for an unknown job.

    `shown` is what the person saw, where it was not the form of a round. The lease is locked first: a process that is
    about to release it reads this answer, or has already ended.
    """
    async with database.transaction(organisation_id) as connection:
        await lock_lease(connection, organisation_id, await batch_of_job(connection, organisation_id, given.job_id))
        return await decide_within(connection, organisation_id, given, shown)


async def decide_within(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, shown: Question | None = None
) -> Verdict:
    """What `decide` does, in a transaction that has locked the lease of the job's batch."""
    await lock_job(connection, organisation_id, given.job_id)
    asked = await read_step_asked(connection, organisation_id, given.job_id, GATE_STEPS[given.gate])
    if asked is None:
        raise NotFound(f"there is no job {given.job_id} in this organisation")
    if asked.status is not _WAITS.get(given.channel, StepStatus.ACTION_REQUIRED) or asked.visit != given.visit:
        return await _too_late(connection, organisation_id, given, asked, shown)
    refused = await _refusal(connection, organisation_id, given, asked)
    await _keep(connection, organisation_id, given, shown, refused)
    if refused is not None:
        return Verdict(accepted=False, reason=refused)
    await _apply(connection, organisation_id, given, asked)
    return Verdict(accepted=True)


async def _too_late(
    connection: AsyncConnection,
    organisation_id: UUID,
    given: GivenAnswer,
    asked: StepAsked,
    shown: Question | None,
) -> Verdict:
    before = await store.accepted_decision(connection, organisation_id, given.job_id, given.gate, given.visit)
    if before is not None and before.is_of(given):
        return Verdict(accepted=True)
    reason = "nothing waits for this answer any more"
    if before is not None:
        when = f"{before.at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
        reason = f"already decided by {before.by} ({before.source}) at {when}: {answer_in_words(before.answer)}"
    if _was_put(given, asked):
        await _keep(connection, organisation_id, given, shown, reason)
    return Verdict(accepted=False, reason=reason)


def _was_put(given: GivenAnswer, asked: StepAsked) -> bool:
    """Whether somebody was asked: an answer to a question that was never put is no decision, not even a refused one."""
    if given.channel is Channel.POLICY:
        return False
    return given.visit < asked.visit or (given.visit == asked.visit and asked.status is not StepStatus.PENDING)


async def _refusal(
    connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked
) -> str | None:
    """Why the answer cannot be taken, None if it can."""
    if isinstance(given.answer, LeaveOut):
        return None
    gate = company_decisions if given.gate is GateName.COMPANY_SELECTION else config_decisions
    try:
        return await gate.refusal(connection, organisation_id, given, asked)
    except ValueError as error:
        return f"its data cannot be read: {why(error)}"


async def _keep(
    connection: AsyncConnection,
    organisation_id: UUID,
    given: GivenAnswer,
    shown: Question | None,
    refused: str | None,
) -> None:
    question = shown or await _shown(connection, organisation_id, given)
    kept = question.model_dump(mode="json") if question else {}
    await store.insert_decision(connection, organisation_id, given, kept, refused=refused)


async def _apply(connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer, asked: StepAsked) -> None:
    attribution = Attribution(given.decided_by, given.answer.kind)
    if isinstance(given.answer, LeaveOut):
        await skip_steps(
            connection, organisation_id, given.job_id, tuple(Step), Attribution(given.decided_by, "left out")
        )
        return
    gate = company_decisions if given.gate is GateName.COMPANY_SELECTION else config_decisions
    await gate.apply(connection, organisation_id, given, asked, attribution)


async def _shown(connection: AsyncConnection, organisation_id: UUID, given: GivenAnswer) -> Question | None:
    if given.round_id is None:
        return None
    shown = await read_round(connection, organisation_id, given.round_id)
    return next((one for one in shown.questions if one.job_id == given.job_id), None)
