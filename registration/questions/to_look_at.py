"""Whom a person must look at in a round: those for whom nothing is preselected that settles it."""

from registration.models.rounds import Question, Round
from registration.questions.config import CHANGE
from registration.questions.labels import DECIDE_LATER
from registration.questions.markdown import bold

_UNSETTLED = frozenset({DECIDE_LATER, CHANGE})
_MOST = 12


def to_look_at(shown: Round) -> tuple[Question, ...]:
    """The questions whose preselection settles nothing, and those with a section to be filled in."""
    return tuple(one for one in shown.questions if one.preset in _UNSETTLED or one.details is not None)


def whom_to_look_at(shown: Round) -> str:
    """The same in a sentence of Markdown: fifty restaurants are one look if only their three are looked for."""
    count, unsettled = len(shown.questions), to_look_at(shown)
    if not unsettled:
        return f"All {count} are preselected." if count > 1 else ""
    if len(unsettled) == count:
        return ""
    named = ", ".join(bold(one.title) for one in unsettled[:_MOST])
    more = f" and {len(unsettled) - _MOST} more" if len(unsettled) > _MOST else ""
    verb = "needs" if len(unsettled) == 1 else "need"
    return f"{len(unsettled)} of {count} {verb} you: {named}{more}. The others are preselected."
