"""Prints a conversation: the table of waiting restaurants, and one restaurant with its evidence and choices."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from interfaces.cli.conversation.draft import ALL, OVERVIEW, REVIEW, AnswerDraft
from interfaces.cli.conversation.terminal import Prompt
from interfaces.cli.output import table
from interfaces.presenting.answer_keys import Key
from interfaces.presenting.timeline import facts
from registration.gates.decisions import AnyAnswer, ChooseCompany
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.contexts import CompanyContext, ConfigContext, UnreadableContext
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.gates.wording import answer_in_words

_WIDTH = 32
_LABELS = 16
_LINK = "register"
"""The label of the link, which is printed below the table, because a link broken into lines cannot be copied."""
_COLOURS = {"in the way": "bold red", "to know": "yellow"}
_ACCOUNT = {True: "account exists", False: "new account", None: "account?"}


def show_evidence(console: Console, open_question: OpenQuestion) -> None:
    """Print all facts for the decision, problems first."""
    if isinstance(open_question.context, UnreadableContext):
        _show_facts(console, unreadable_facts(open_question.context))
    elif isinstance(open_question.context, CompanyContext):
        _show_facts(console, company_facts(open_question.context))
        candidates = [
            _in_few_rows(candidate_facts(open_question.context, candidate))
            for candidate in open_question.context.candidates
        ]
        _show_candidates(console, candidates)
    else:
        _show_facts(console, config_facts(open_question.context))


def _show_facts(console: Console, facts: Mapping[str, str]) -> None:
    table = _grid()
    for label in sorted(facts, key=lambda label: label not in _COLOURS):
        if facts[label]:
            table.add_row(Text(label), Text(facts[label], style=_COLOURS.get(label, "")))
    console.print(table)


def _show_candidates(console: Console, candidates: Sequence[Mapping[str, str]]) -> None:
    """Print the candidates side by side, as many as fit; then their unbroken links, so that they can be copied."""
    beside = max(1, (console.width - _LABELS) // _WIDTH)
    for first in range(0, len(candidates), beside):
        console.print(_side_by_side(candidates[first : first + beside], first + 1))
    for number, row in enumerate(candidates, 1):
        link = Text(row[_LINK], style=Style(dim=True, link=row[_LINK]))
        console.print(Text.assemble(f"{number}  ", link), soft_wrap=True)


def _in_few_rows(facts: dict[str, str]) -> dict[str, str]:
    """The facts with all scores in one row, so that eight candidates fit on a screen."""
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


def show_waiting(console: Console, draft: AnswerDraft) -> None:
    """Print the waiting restaurants by gate, each with the recommended answer and the problems."""
    companies = _one_line_each("company selection", "recommended", "found", "in the way")
    configs = _one_line_each("configuration", "proposed")
    unreadable = _one_line_each("restaurant", "gate", "in the way")
    for number, open_question in enumerate(draft.questions, 1):
        title, marked = Text(open_question.question.title), _marked(draft, number)
        if isinstance(open_question.context, UnreadableContext):
            unreadable.add_row(
                marked, title, open_question.gate, _red(unreadable_facts(open_question.context)["in the way"])
            )
        elif isinstance(open_question.context, CompanyContext):
            recommended = Text(_recommended(open_question), style="green")
            in_the_way = _red(company_facts(open_question.context)["in the way"])
            companies.add_row(marked, title, recommended, _found(open_question.context), in_the_way)
        else:
            configs.add_row(marked, title, _proposed(open_question.context))
    for section in (companies, configs, unreadable):
        if section.row_count:
            console.print(section)
            console.print()


def _one_line_each(*columns: str) -> Table:
    """A table whose texts are cut to one line, for up to fifty restaurants; each question shows the full texts."""
    gates_table = table("")
    for column in columns:
        gates_table.add_column(column, no_wrap=True, overflow="ellipsis", ratio=None if column == "found" else 1)
    gates_table.expand = True
    return gates_table


def show_answers(console: Console, draft: AnswerDraft) -> None:
    """Print the answers that would be written."""
    answers = table("", "restaurant", "gate", "answer")
    for index, open_question in enumerate(draft.questions):
        answer = draft.answers.get(index)
        style = "green" if answer else "bright_black"
        answers.add_row(
            str(index + 1),
            Text(open_question.question.title),
            open_question.gate,
            Text(describe_answer(open_question, answer), style=style),
        )
    console.print(answers)
    if for_all := facts(draft.for_all.model_dump(mode="json", exclude_none=True)):
        console.print(Text(f"for all configurations that are gone ahead with: {for_all}"), soft_wrap=True)


def describe_answer(open_question: OpenQuestion, answer: AnyAnswer | None) -> str:
    """An answer in words; a company is described by its name."""
    if answer is None:
        return "decide later"
    if isinstance(answer, ChooseCompany) and isinstance(open_question.context, CompanyContext):
        named = (choice.label for choice in open_question.question.choices if choice.answer == answer)
        return next(named, answer.company_number)
    return answer_in_words(answer.model_dump(mode="json"))


def _recommended(open_question: OpenQuestion) -> str:
    return describe_answer(open_question, open_question.recommended) if open_question.recommended else ""


def _found(context: CompanyContext) -> str:
    """The number of candidates; a dash where nothing was searched, which is not that nothing was found."""
    return str(len(context.candidates)) if context.outcome else "–"


def _proposed(context: ConfigContext) -> Text:
    """A summary of the proposal, problems first."""
    config, menu = context.config, context.selected_menu
    parts = [
        f"{menu.items} items" if menu else "",
        f"{config.account.email} ({_ACCOUNT[context.has_account]})" if config.account.email else "",
        context.company_name,
        config.onboarding.user_name,
        " ".join(filter(None, (config.website.primary_color, config.website.secondary_color))),
    ]
    in_the_way = "; ".join([*context.refusals, *filter(None, [context.extraction_error])])
    return Text.assemble(_red(f"{in_the_way}  " if in_the_way else ""), " · ".join(filter(None, parts)))


def _marked(draft: AnswerDraft, number: int) -> Text:
    return Text(f"{number}✓" if number - 1 in draft.answers else str(number), style="cyan")


def _red(text: str) -> Text:
    return Text(text, style="red")


def show_question(prompt: Prompt, draft: AnswerDraft, index: int, keys: tuple[Key, ...]) -> None:
    """Print the evidence and the choices of one question."""
    open_question, count = draft.questions[index], len(draft.questions)
    prompt.console.print(Rule(Text(f"{index + 1} of {count} · {open_question.gate}"), align="left"))
    prompt.print(open_question.question.title, "bold")
    show_evidence(prompt.console, open_question)
    prompt.console.print()
    answered = index in draft.answers
    for key in keys:
        prompt.print(f"  {key.typed:>2}  {key.label}{'  (Enter)' if key.preset and not answered else ''}")
    if answered:
        prompt.print(f"answered: {describe_answer(open_question, draft.answers[index])}  (Enter keeps it)", "green")


def describe_choices(draft: AnswerDraft, keys: tuple[Key, ...]) -> str:
    """The keys that can be typed, in one line."""
    numbers = [key.typed for key in keys if key.typed.isdecimal()]
    choices = [f"1 to {numbers[-1]}"] if numbers else []
    choices += [key.typed for key in keys if not key.typed.isdecimal()]
    choices += [f"{ALL} all {len(draft.clear)} that are clear"] if draft.clear else []
    choices += [f"{OVERVIEW} overview"] if len(draft.questions) > 1 else []
    return ", ".join([*choices, f"{REVIEW} review"])
