"""Accepting or refusing an answer, and moving the step: the only entry for all channels.

A decision is written in one transaction with the move that follows from it. It is accepted at most once per job, gate
and visit. An answer that breaks a rule only the pipeline can check, or comes too late, is recorded as refused with the
reason.
"""

from uuid import UUID

from registration.database.session import Database, Transaction
from registration.errors import NotFound
from registration.gates import company_decisions, config_decisions, tags_decisions
from registration.gates import queries as store
from registration.gates.decisions import Channel, LeaveOut, Refusal, SubmittedAnswer, Verdict
from registration.gates.round_queries import read_round
from registration.gates.rounds import Question
from registration.gates.wording import answer_in_words
from registration.kit.values import reason_text
from registration.states import StepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.skips import StepSkip
from registration.workflow.step_queries import StepRow, lock_job, read_step, skip_steps
from registration.workflow.steps import GATE_STEPS, GateName, Step
from registration.workflow.transition_queries import Attribution

# A policy decides before the job arrives at the gate.
_EXPECTED_STATUS = {Channel.POLICY: StepStatus.PENDING}


async def decide(
    database: Database, organisation_id: UUID, submitted: SubmittedAnswer, shown: Question | None = None
) -> Verdict:
    """Accept the answer and move the job on, or refuse it with the reason. Raises NotFound for an unknown job.

    `shown` is the question that the person saw, if it was not in the form of a round. The lease is locked first: a
    process that is about to release it either reads this answer or has already ended.
    """
    async with database.transaction(organisation_id) as transaction:
        await lock_lease(transaction, await batch_of_job(transaction, submitted.job_id))
        return await decide_within(transaction, submitted, shown)


async def decide_within(transaction: Transaction, submitted: SubmittedAnswer, shown: Question | None = None) -> Verdict:
    """Decide as `decide` does, in a transaction that has locked the lease of the job's batch."""
    await lock_job(transaction, submitted.job_id)
    if submitted.gate is GateName.ITEM_TAGS:
        return await _decide_about_tags(transaction, submitted, shown)
    step = await read_step(transaction, submitted.job_id, GATE_STEPS[submitted.gate])
    if step is None:
        raise NotFound(f"there is no job {submitted.job_id} in this organisation", code="JOB_NOT_FOUND")
    if (
        step.status is not _EXPECTED_STATUS.get(submitted.channel, StepStatus.ACTION_REQUIRED)
        or step.visit != submitted.visit
    ):
        return await _refuse_late(transaction, submitted, shown, was_asked=_was_asked(submitted, step))
    refused = await _refusal(transaction, submitted, step)
    await _record_decision(transaction, submitted, shown, refused.reason if refused else None)
    if refused is not None:
        return Verdict(accepted=False, reason=refused.reason, code=refused.code)
    await _apply(transaction, submitted, step)
    return Verdict(accepted=True)


async def _decide_about_tags(transaction: Transaction, submitted: SubmittedAnswer, shown: Question | None) -> Verdict:
    question = await tags_decisions.lock_question(transaction, submitted.job_id)
    if not question.is_open or question.visit != submitted.visit:
        return await _refuse_late(transaction, submitted, shown, was_asked=submitted.visit <= question.visit)
    refused = tags_decisions.refusal(submitted, question)
    await _record_decision(transaction, submitted, shown, refused.reason if refused else None)
    if refused is not None:
        return Verdict(accepted=False, reason=refused.reason, code=refused.code)
    await tags_decisions.apply(transaction, submitted)
    return Verdict(accepted=True)


async def would_refuse(transaction: Transaction, submitted: SubmittedAnswer) -> Refusal | None:
    """Why the answer would be refused now, None if it would be accepted; nothing is written and nothing is locked."""
    step = await read_step(transaction, submitted.job_id, GATE_STEPS[submitted.gate])
    if step is None or step.status is not StepStatus.ACTION_REQUIRED or step.visit != submitted.visit:
        return Refusal(code="STEP_NOT_ACTION_REQUIRED", reason="nothing waits for this answer")
    return await _refusal(transaction, submitted, step)


async def _refuse_late(
    transaction: Transaction,
    submitted: SubmittedAnswer,
    shown: Question | None,
    *,
    was_asked: bool,
) -> Verdict:
    before = await store.accepted_decision(transaction, submitted.job_id, submitted.gate, submitted.visit)
    if before is not None and before.is_of(submitted):
        return Verdict(accepted=True)
    reason, code = "nothing waits for this answer any more", "STEP_NOT_ACTION_REQUIRED"
    if before is not None:
        when = f"{before.at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
        code = "ALREADY_DECIDED"
        reason = f"already decided by {before.by} ({before.source}) at {when}: {answer_in_words(before.answer)}"
    if was_asked:
        await _record_decision(transaction, submitted, shown, reason)
    return Verdict(accepted=False, reason=reason, code=code)


def _was_asked(submitted: SubmittedAnswer, step: StepRow) -> bool:
    """True if the question was asked: an answer to any other question is not recorded, not even as refused."""
    if submitted.channel is Channel.POLICY:
        return False
    return submitted.visit < step.visit or (submitted.visit == step.visit and step.status is not StepStatus.PENDING)


async def _refusal(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow) -> Refusal | None:
    """Why the answer is refused, None if it is accepted."""
    if isinstance(submitted.answer, LeaveOut):
        return None
    gate = company_decisions if submitted.gate is GateName.COMPANY_SELECTION else config_decisions
    try:
        return await gate.refusal(transaction, submitted, step)
    except ValueError as error:
        return Refusal(code="NOT_UNDERSTOOD", reason=f"its data cannot be read: {reason_text(error)}")


async def _record_decision(
    transaction: Transaction,
    submitted: SubmittedAnswer,
    shown: Question | None,
    refused: str | None,
) -> None:
    question = shown or await _question_of_round(transaction, submitted)
    kept = question.model_dump(mode="json") if question else {}
    await store.insert_decision(transaction, submitted, kept, refused=refused)


async def _apply(transaction: Transaction, submitted: SubmittedAnswer, step: StepRow) -> None:
    attribution = Attribution(submitted.decided_by, submitted.answer.kind)
    if isinstance(submitted.answer, LeaveOut):
        await skip_steps(transaction, submitted.job_id, tuple(Step), submitted.decided_by, StepSkip.LEFT_OUT)
        return
    gate = company_decisions if submitted.gate is GateName.COMPANY_SELECTION else config_decisions
    await gate.apply(transaction, submitted, step, attribution)


async def _question_of_round(transaction: Transaction, submitted: SubmittedAnswer) -> Question | None:
    if submitted.round_id is None:
        return None
    content = await read_round(transaction, submitted.round_id)
    return next((question for question in content.questions if question.job_id == submitted.job_id), None)
