"""What is asked about a job whose data cannot be read: it must not close the gate for the others."""

from collections.abc import Callable
from typing import TypeVar

from registration.gates.decisions import LeaveOut
from registration.gates.questions.cases import CompanyContext, ConfigContext, UnreadableCase
from registration.gates.rounds import Choice, Question
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.kit.markdown import escape
from registration.kit.values import why

Known = TypeVar("Known", CompanyContext, ConfigContext)


def ask_about(
    case: Known | UnreadableCase, question: Callable[[Known], Question]
) -> tuple[Known | UnreadableCase, Question]:
    """The case with its question; if the data breaks a rule only now, an unreadable case with the question of one."""
    if isinstance(case, UnreadableCase):
        return case, unreadable_question(case)
    try:
        return case, question(case)
    except ValueError as error:
        unreadable = UnreadableCase(
            job_id=case.job_id,
            position=case.position,
            visit=case.visit,
            restaurant_name=case.restaurant_name,
            city=case.city,
            reason=why(error),
        )
        return unreadable, unreadable_question(unreadable)


def unreadable_question(case: UnreadableCase) -> Question:
    """Whether to wait until the data was put right, or to leave the restaurant out."""
    return Question(
        job_id=case.job_id,
        visit=case.visit,
        field=field_name(case.position, case.visit),
        title=title(case.restaurant_name, case.city),
        evidence=f"**Its data cannot be read:** {escape(case.reason)}",
        choices=(Choice(label=DECIDE_LATER), Choice(label=LEAVE_OUT, answer=LeaveOut())),
        preset=DECIDE_LATER,
    )
