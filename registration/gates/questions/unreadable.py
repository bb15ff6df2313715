"""The question about a job whose data cannot be read: it must not close the gate for the other jobs."""

from collections.abc import Callable
from typing import TypeVar

from registration.gates.decisions import LeaveOut
from registration.gates.questions.contexts import CompanyContext, ConfigContext, TagsContext, UnreadableContext
from registration.gates.rounds import Choice, Question
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.kit.markdown import escape
from registration.kit.values import reason_text

Known = TypeVar("Known", CompanyContext, ConfigContext, TagsContext)


def ask_about(
    context: Known | UnreadableContext, question: Callable[[Known], Question]
) -> tuple[Known | UnreadableContext, Question]:
    """The context with its question; if its data turns out to break a rule, the unreadable one with the
    question for it.
    """
    if isinstance(context, UnreadableContext):
        return context, unreadable_question(context)
    try:
        return context, question(context)
    except ValueError as error:
        unreadable = UnreadableContext(
            job_id=context.job_id,
            position=context.position,
            visit=context.visit,
            restaurant_name=context.restaurant_name,
            city=context.city,
            reason=reason_text(error),
        )
        return unreadable, unreadable_question(unreadable)


def unreadable_question(context: UnreadableContext) -> Question:
    """Whether to wait until the data is corrected, or to leave the restaurant out."""
    return Question(
        job_id=context.job_id,
        visit=context.visit,
        field=field_name(context.position, context.visit),
        title=title(context.restaurant_name, context.city),
        evidence=f"**Its data cannot be read:** {escape(context.reason)}",
        choices=(Choice(label=DECIDE_LATER), Choice(label=LEAVE_OUT, answer=LeaveOut())),
        preset=DECIDE_LATER,
    )
