"""The question about one job at the configuration gate, and the jobs of a round that need a person's attention."""

from collections.abc import Iterator, Mapping

from registration.gates.decisions import Change, ExtractAgain, GoAhead, LeaveOut
from registration.gates.questions.config_evidence import config_evidence
from registration.gates.questions.config_section import change_options, prefilled_change
from registration.gates.questions.contexts import ConfigContext
from registration.gates.questions.sections import SECTIONS, valid_prefills
from registration.gates.rounds import CONTACT, Choice, Details, Option, Prefilled, Question, Round
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.kit.markdown import bold
from registration.kit.values import is_line

GO_AHEAD = "Go ahead as proposed"
CHANGE = "Change…"
EXTRACT_AGAIN = "Extract again"
GO_AHEAD_WITH_DETAILS = "Go ahead with the details below"
_UNDECIDED = frozenset({DECIDE_LATER, CHANGE})
_MOST = 12


def config_question(context: ConfigContext) -> Question:
    """The question for one job: a drop-down, and a section with all its fields if they were requested."""
    asked = context.asked is Details.CHANGE
    options = change_options(context.menus, context.header_images) if asked else {}
    prefilled = _prefilled(context, options)
    if people := _people(context, asked=asked):
        options[CONTACT] = people
    return Question(
        job_id=context.job_id,
        visit=context.visit,
        field=field_name(context.position, context.visit),
        title=title(context.restaurant_name, context.city),
        evidence=config_evidence(context),
        choices=tuple(_choices(context, asked=asked)),
        preset=_preset(context, asked=asked),
        details=context.asked,
        prefilled=prefilled,
        options=options,
    )


def _choices(context: ConfigContext, *, asked: bool) -> Iterator[Choice]:
    if asked:
        yield Choice(label=GO_AHEAD_WITH_DETAILS, answer=Change())
    if not context.refusals:
        yield Choice(label=GO_AHEAD, answer=GoAhead(proposed=context.config))
    if not asked:
        yield Choice(label=CHANGE, answer=Change())
    if context.extraction_error or not any(menu.items for menu in context.menus):
        yield Choice(label=EXTRACT_AGAIN, answer=ExtractAgain())
    yield Choice(label=DECIDE_LATER)
    yield Choice(label=LEAVE_OUT, answer=LeaveOut())


def _people(context: ConfigContext, *, asked: bool) -> tuple[Option, ...]:
    """The persons of the register entry that can be picked, after the contact as it is; none if there is no other."""
    proposed = context.config.onboarding.user_name
    people = context.entry.people.items() if context.entry else ()
    others = tuple(
        Option(label=f"{name} · {role} on the register", value=name)
        for name, role in people
        if is_line(name) and (asked or name != proposed)
    )
    as_it_is = "As in the details below" if asked else f"As proposed: {proposed or 'nobody'}"
    return (Option(label=as_it_is, value=""), *others) if others else ()


def _preset(context: ConfigContext, *, asked: bool) -> str:
    if asked:
        return GO_AHEAD_WITH_DETAILS
    return CHANGE if context.refusals else GO_AHEAD


def _prefilled(context: ConfigContext, options: Mapping[str, tuple[Option, ...]]) -> dict[str, Prefilled]:
    if not options:
        return {}
    initial = prefilled_change(context.changed or context.config, context.menus)
    return valid_prefills(SECTIONS[Details.CHANGE], options, initial, context.typed)


def needs_attention(content: Round) -> tuple[Question, ...]:
    """The questions whose preselection decides nothing, and those with a section to fill in."""
    return tuple(
        question for question in content.questions if question.preset in _UNDECIDED or question.details is not None
    )


def attention_hint(content: Round) -> str:
    """One sentence of Markdown that names the questions that need attention, so that nobody has to read all fifty."""
    count, undecided = len(content.questions), needs_attention(content)
    if not undecided:
        return f"All {count} are preselected." if count > 1 else ""
    if len(undecided) == count:
        return ""
    named = ", ".join(bold(question.title) for question in undecided[:_MOST])
    more = f" and {len(undecided) - _MOST} more" if len(undecided) > _MOST else ""
    verb = "needs" if len(undecided) == 1 else "need"
    return f"{len(undecided)} of {count} {verb} you: {named}{more}. The others are preselected."
