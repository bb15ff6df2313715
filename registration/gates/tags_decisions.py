"""The effect of an answer about item tags that contradict the menu: no tags, or the platform's tags all the same."""

from uuid import UUID

from registration.database.session import Transaction
from registration.effects.item_tags_queries import TagsQuestion, approve_tags, read_question
from registration.effects.queries import lock_effects
from registration.gates.decisions import LeaveTagsOut, Refusal, SetTags, SubmittedAnswer
from registration.states import SubStepStatus
from registration.workflow.skips import SubStepSkip
from registration.workflow.step_queries import lock_steps, refresh_job_status
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step, record

_TAGS = SubStepName.ITEM_TAGS
_NO_REASON = "they contradict the menu"


async def lock_question(transaction: Transaction, job_id: UUID) -> TagsQuestion:
    """The question, with its rows locked until the transaction ends."""
    await lock_steps(transaction, job_id)
    await lock_effects(transaction, [job_id], _TAGS)
    return await read_question(transaction, job_id)


def refusal(submitted: SubmittedAnswer, question: TagsQuestion) -> Refusal | None:
    """Why the answer is refused, None if it is accepted: it holds only for the contradictions that were shown."""
    shown = _answer(submitted).asked
    if shown is None or set(shown) == set(question.asked):
        return None
    return Refusal(code="PROPOSAL_CHANGED", reason="the menu has changed: other dishes are asked about now")


async def apply(transaction: Transaction, submitted: SubmittedAnswer) -> None:
    """Skip the sub-step, or let it go on, in the caller's transaction."""
    job_id, answer = submitted.job_id, _answer(submitted)
    attribution = Attribution(submitted.decided_by, answer.why or _NO_REASON)
    if isinstance(answer, LeaveTagsOut):
        reason = SubStepSkip.NOTHING_TO_DO.text(f"left out by {attribution.actor}: {attribution.reason}")
        to = SubStepStatus.SKIPPED
        await move_sub_step(transaction, job_id, _TAGS, to, attribution, skip_reason=reason, error_message=None)
    else:
        await approve_tags(transaction, job_id)
        await record(transaction, f"{_TAGS} approved", attribution, job_id=job_id)
    await refresh_job_status(transaction, job_id, attribution)


def _answer(submitted: SubmittedAnswer) -> LeaveTagsOut | SetTags:
    if not isinstance(submitted.answer, LeaveTagsOut | SetTags):
        raise TypeError(f"{type(submitted.answer).__name__} is no answer about item tags")
    return submitted.answer
