"""What is asked about one job at the configuration gate."""

from collections.abc import Iterator, Mapping

from registration.models.decisions import Change, ExtractAgain, GoAhead, LeaveOut
from registration.models.rounds import Choice, Details, Option, Prefilled, Question
from registration.questions.cases import ConfigCase
from registration.questions.change import change_options, prefilled_change
from registration.questions.config_evidence import config_evidence
from registration.questions.labels import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.questions.sections import SECTIONS, still_fitting

GO_AHEAD = "Go ahead as proposed"
CHANGE = "Change…"
EXTRACT_AGAIN = "Extract again"
GO_AHEAD_WITH_DETAILS = "Go ahead with the details below"


def config_question(case: ConfigCase) -> Question:
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


def _choices(case: ConfigCase, *, asked: bool) -> Iterator[Choice]:
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


def _preset(case: ConfigCase, *, asked: bool) -> str:
    if asked:
        return GO_AHEAD_WITH_DETAILS
    return CHANGE if case.refusals else GO_AHEAD


def _prefilled(case: ConfigCase, options: Mapping[str, tuple[Option, ...]]) -> dict[str, Prefilled]:
    if not options:
        return {}
    shown = prefilled_change(case.changed or case.config, case.menus)
    return still_fitting(SECTIONS[Details.CHANGE], options, shown, case.typed)
