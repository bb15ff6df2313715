"""The question about one job at the configuration gate, and the jobs of a round that a person must look at."""

from collections.abc import Iterator, Mapping

from registration.gates.decisions import Change, ExtractAgain, GoAhead, LeaveOut
from registration.gates.questions.cases import ConfigContext
from registration.gates.questions.config_evidence import config_evidence
from registration.gates.questions.config_section import change_options, prefilled_change
from registration.gates.questions.sections import SECTIONS, still_fitting
from registration.gates.rounds import Choice, Details, Option, Prefilled, Question, Round
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.kit.markdown import bold

GO_AHEAD = "Go ahead as proposed"
CHANGE = "Change…"
EXTRACT_AGAIN = "Extract again"
GO_AHEAD_WITH_DETAILS = "Go ahead with the details below"


def config_question(case: ConfigContext) -> Question:
    """The question for one job: a drop-down, and a section with all its own fields if they were asked for."""
    asked = case.asked is Details.CHANGE
    options = change_options(case.menus, case.header_images) if asked else {}
    return Question(
        job_id=case.job_id,
        visit=case.visit,
        field=field_name(case.position, case.visit),
        title=title(case.restaurant_name, case.city),
        evidence=config_evidence(case),
        choices=tuple(_choices(case, asked=asked)),
        preset=_preset(case, asked=asked),
        details=case.asked,
        prefilled=_prefilled(case, options),
        options=options,
    )


def _choices(case: ConfigContext, *, asked: bool) -> Iterator[Choice]:
    if asked:
        yield Choice(label=GO_AHEAD_WITH_DETAILS, answer=Change())
    if not case.refusals:
        yield Choice(label=GO_AHEAD, answer=GoAhead(proposed=case.config))
    if not asked:
        yield Choice(label=CHANGE, answer=Change())
    if case.extraction_error or not any(menu.items for menu in case.menus):
        yield Choice(label=EXTRACT_AGAIN, answer=ExtractAgain())
    yield Choice(label=DECIDE_LATER)
    yield Choice(label=LEAVE_OUT, answer=LeaveOut())


def _preset(case: ConfigContext, *, asked: bool) -> str:
    if asked:
        return GO_AHEAD_WITH_DETAILS
    return CHANGE if case.refusals else GO_AHEAD


def _prefilled(case: ConfigContext, options: Mapping[str, tuple[Option, ...]]) -> dict[str, Prefilled]:
    if not options:
        return {}
    shown = prefilled_change(case.changed or case.config, case.menus)
    return still_fitting(SECTIONS[Details.CHANGE], options, shown, case.typed)


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
