"""The question about a job whose item tags would contradict its menu: which tags, and the choices."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from registration.gates.decisions import LeaveTagsOut, SetTags
from registration.gates.questions.contexts import TagsContext
from registration.gates.questions.facts import NOT_TAKEN, Remark
from registration.gates.questions.sections import SECTIONS, describe_errors, valid_prefills
from registration.gates.rounds import Choice, Details, Question
from registration.gates.wording import DECIDE_LATER, field_name, title
from registration.kit.markdown import escape, paragraphs
from registration.kit.values import Blank, Line

LEAVE_OUT_TAGS = "Leave the tags out"
SET_TAGS = "Set the tags all the same"
_MOST_SHOWN = 12
_REASON: TypeAdapter[str | None] = TypeAdapter(Blank[Line])


def tags_question(context: TagsContext) -> Question:
    """The question for one job, with a section for the reason; nothing is preselected, because of the allergens."""
    return Question(
        job_id=context.job_id,
        visit=context.visit,
        field=field_name(context.position, context.visit),
        title=title(context.restaurant_name, context.city),
        evidence=paragraphs(*_evidence(context)),
        choices=(
            Choice(label=LEAVE_OUT_TAGS, answer=LeaveTagsOut(asked=context.found)),
            Choice(label=SET_TAGS, answer=SetTags(asked=context.found)),
            Choice(label=DECIDE_LATER),
        ),
        preset=DECIDE_LATER,
        details=Details.WHY,
        prefilled=valid_prefills(SECTIONS[Details.WHY], {}, {}, context.typed),
    )


def _evidence(context: TagsContext) -> Iterator[str]:
    if context.refused:
        yield Remark(NOT_TAKEN, context.refused).markdown
    yield "**The platform's tags contradict the menu.** None is set before you decide; everything else goes on."
    yield from (f"- {escape(str(one))}" for one in context.found[:_MOST_SHOWN])
    if len(context.found) > _MOST_SHOWN:
        yield f"and {len(context.found) - _MOST_SHOWN} more, on the page with the evidence"


def read_tags_answer(answer: LeaveTagsOut | SetTags, filled: Mapping[str, Any]) -> LeaveTagsOut | SetTags:
    """The answer with its reason. Raises ValueError if a reason is missing, or cannot be recorded."""
    try:
        why = _REASON.validate_python(filled.get("why") or "")
    except ValidationError as error:
        raise ValueError(describe_errors(Details.WHY, error)) from error
    if why is None and isinstance(answer, SetTags):
        raise ValueError("Why: tags that contradict the menu are set only with a reason")
    return answer.model_copy(update={"why": why})
