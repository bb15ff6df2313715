"""The screens of a conversation: all waiting restaurants, and one restaurant with its evidence and choices."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from interfaces.cli.conversation.draft import ALL, OVERVIEW, REVIEW, AnswerDraft, Key
from interfaces.cli.conversation.terminal import Prompt
from interfaces.cli.output import table
from interfaces.cli.pages.timeline import facts
from registration.gates.decisions import AnyAnswer, ChooseCompany
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.cases import CompanyContext, ConfigContext, UnreadableCase
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.gates.wording import answer_in_words

_WIDTH = 32
_LABELS = 16
_LINK = "register"
"""A link that is broken into lines cannot be copied: it stands below."""
_COLOURS = {"in the way": "bold red", "to know": "yellow"}


def show_evidence(console: Console, one: OpenQuestion) -> None:
    """Everything that is known for the decision, what went wrong first."""
    if isinstance(one.case, UnreadableCase):
        _show_facts(console, unreadable_facts(one.case))
    elif isinstance(one.case, CompanyContext):
        _show_facts(console, company_facts(one.case))
        candidates = [_in_few_rows(candidate_facts(one.case, candidate)) for candidate in one.case.candidates]
        _show_candidates(console, candidates)
    else:
        _show_facts(console, config_facts(one.case))


def _show_facts(console: Console, facts: Mapping[str, str]) -> None:
    table = _grid()
    for label in sorted(facts, key=lambda label: label not in _COLOURS):
        if facts[label]:
            table.add_row(Text(label), Text(facts[label], style=_COLOURS.get(label, "")))
    console.print(table)


def _show_candidates(console: Console, candidates: Sequence[Mapping[str, str]]) -> None:
    """As many beside each other as the terminal is wide for; their links below, whole, so that they can be copied."""
    beside = max(1, (console.width - _LABELS) // _WIDTH)
    for first in range(0, len(candidates), beside):
        console.print(_side_by_side(candidates[first : first + beside], first + 1))
    for number, row in enumerate(candidates, 1):
        link = Text(row[_LINK], style=Style(dim=True, link=row[_LINK]))
        console.print(Text.assemble(f"{number}  ", link), soft_wrap=True)


def _in_few_rows(facts: dict[str, str]) -> dict[str, str]:
    """The scores on one row: eight candidates should fit on a screen."""
    scores = {label: facts.pop(label) for label in ("name score", "address score", "found by")}
    facts["score"] += f" (name {scores['name score']}, address {scores['address score']})"
    return facts


def _side_by_side(candidates: Sequence[Mapping[str, str]], first: int) -> Table:
    table = _grid()
    for _ in candidates:
        table.add_column(width=_WIDTH - 2, overflow="fold")
    table.add_row("", *(Text(str(number), style="bold cyan") for number in range(first, first + len(candidates))))
    for label in candidates[0]:
        texts = [facts[label] for facts in candidates]
        if any(texts) and label != _LINK:
            style = "bold" if label == "company" else ""
            table.add_row(Text(label), *(Text(text, style=style) for text in texts))
    return table


def _grid() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=_LABELS - 2, style="bright_black")
    return table


_ACCOUNT = {True: "account exists", False: "new account", None: "account?"}


def show_waiting(console: Console, draft: AnswerDraft) -> None:
    """Who waits at which gate, with what is recommended or stands in the way."""
    companies = _one_line_each("company selection", "recommended", "found", "in the way")
    configs = _one_line_each("configuration", "proposed")
    unreadable = _one_line_each("restaurant", "gate", "in the way")
    for number, one in enumerate(draft.questions, 1):
        title, marked = Text(one.question.title), _marked(draft, number)
        if isinstance(one.case, UnreadableCase):
            unreadable.add_row(marked, title, one.gate, _red(unreadable_facts(one.case)["in the way"]))
        elif isinstance(one.case, CompanyContext):
            recommended = Text(_recommended(one), style="green")
            in_the_way = _red(company_facts(one.case)["in the way"])
            companies.add_row(marked, title, recommended, str(len(one.case.candidates)), in_the_way)
        else:
            configs.add_row(marked, title, _proposed(one.case))
    for shown in (companies, configs, unreadable):
        if shown.row_count:
            console.print(shown)
            console.print()


def _one_line_each(*columns: str) -> Table:
    """Short enough for a list of fifty restaurants; each question has the full text."""
    made = table("")
    for column in columns:
        made.add_column(column, no_wrap=True, overflow="ellipsis", ratio=None if column == "found" else 1)
    made.expand = True
    return made


def show_answers(console: Console, draft: AnswerDraft) -> None:
    """What would be written."""
    answers = table("", "restaurant", "gate", "answer")
    for place, one in enumerate(draft.questions):
        answer = draft.answers.get(place)
        style = "green" if answer else "bright_black"
        answers.add_row(str(place + 1), Text(one.question.title), one.gate, Text(in_words(one, answer), style=style))
    console.print(answers)
    if said := facts(draft.for_all.model_dump(mode="json", exclude_none=True)):
        console.print(Text(f"for all configurations that are gone ahead with: {said}"), soft_wrap=True)


def in_words(one: OpenQuestion, answer: AnyAnswer | None) -> str:
    """An answer as a person would say it; a company with its name."""
    if answer is None:
        return "decide later"
    if isinstance(answer, ChooseCompany) and isinstance(one.case, CompanyContext):
        named = (choice.label for choice in one.question.choices if choice.answer == answer)
        return next(named, answer.company_number)
    return answer_in_words(answer.model_dump(mode="json"))


def _recommended(one: OpenQuestion) -> str:
    return in_words(one, one.recommended) if one.recommended else ""


def _proposed(case: ConfigContext) -> Text:
    """The proposal in short, what stands in its way first."""
    config, menu = case.config, case.selected_menu
    parts = [
        f"{menu.items} items" if menu else "",
        f"{config.account.email} ({_ACCOUNT[case.has_account]})" if config.account.email else "",
        case.company_name,
        config.onboarding.user_name,
        " ".join(filter(None, (config.website.primary_color, config.website.secondary_color))),
    ]
    in_the_way = "; ".join([*case.refusals, *filter(None, [case.extraction_error])])
    return Text.assemble(_red(f"{in_the_way}  " if in_the_way else ""), " · ".join(filter(None, parts)))


def _marked(draft: AnswerDraft, number: int) -> Text:
    return Text(f"{number}✓" if number - 1 in draft.answers else str(number), style="cyan")


def _red(text: str) -> Text:
    return Text(text, style="red")


def show_question(prompt: Prompt, draft: AnswerDraft, place: int, keys: tuple[Key, ...]) -> None:
    """Everything that is needed to decide about one restaurant."""
    one, count = draft.questions[place], len(draft.questions)
    prompt.console.print(Rule(Text(f"{place + 1} of {count} · {one.gate}"), align="left"))
    prompt.say(one.question.title, "bold")
    show_evidence(prompt.console, one)
    prompt.console.print()
    answered = place in draft.answers
    for key in keys:
        prompt.say(f"  {key.typed:>2}  {key.label}{'  (Enter)' if key.preset and not answered else ''}")
    if answered:
        prompt.say(f"answered: {in_words(one, draft.answers[place])}  (Enter keeps it)", "green")


def offered(draft: AnswerDraft, keys: tuple[Key, ...]) -> str:
    """What can be typed, in one line."""
    numbers = [key.typed for key in keys if key.typed.isdecimal()]
    choices = [f"1 to {numbers[-1]}"] if numbers else []
    choices += [key.typed for key in keys if not key.typed.isdecimal()]
    choices += [f"{ALL} all {len(draft.clear)} that are clear"] if draft.clear else []
    choices += [f"{OVERVIEW} overview"] if len(draft.questions) > 1 else []
    return ", ".join([*choices, f"{REVIEW} review"])
