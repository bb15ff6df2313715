"""All restaurants that wait in one look, before they are answered for and after."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registration.answer_words import answer_in_words
from registration.cli.asking.sheet import Sheet
from registration.cli.printing import table
from registration.cli.timeline import facts
from registration.models.decisions import AnyAnswer, ChooseCompany
from registration.open_questions import OpenQuestion
from registration.questions.cases import CompanyCase, ConfigCase, UnreadableCase
from registration.questions.facts import company_facts, unreadable_facts

_ACCOUNT = {True: "account exists", False: "new account", None: "account?"}


def show_waiting(console: Console, sheet: Sheet) -> None:
    """Who waits at which gate, with what is recommended or stands in the way."""
    companies = _one_line_each("company selection", "recommended", "found", "in the way")
    configs = _one_line_each("configuration", "proposed")
    unreadable = _one_line_each("restaurant", "gate", "in the way")
    for number, one in enumerate(sheet.questions, 1):
        title, marked = Text(one.question.title), _marked(sheet, number)
        if isinstance(one.case, UnreadableCase):
            unreadable.add_row(marked, title, one.gate, _red(unreadable_facts(one.case)["in the way"]))
        elif isinstance(one.case, CompanyCase):
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
    """Fifty restaurants are to be looked over; what is cut off here is told in full by each question."""
    made = table("")
    for column in columns:
        made.add_column(column, no_wrap=True, overflow="ellipsis", ratio=None if column == "found" else 1)
    made.expand = True
    return made


def show_answers(console: Console, sheet: Sheet) -> None:
    """What would be written."""
    answers = table("", "restaurant", "gate", "answer")
    for place, one in enumerate(sheet.questions):
        answer = sheet.answers.get(place)
        style = "green" if answer else "bright_black"
        answers.add_row(str(place + 1), Text(one.question.title), one.gate, Text(in_words(one, answer), style=style))
    console.print(answers)
    if said := facts(sheet.for_all.model_dump(mode="json", exclude_none=True)):
        console.print(Text(f"for all configurations that are gone ahead with: {said}"), soft_wrap=True)


def in_words(one: OpenQuestion, answer: AnyAnswer | None) -> str:
    """An answer as a person would say it; a company with its name."""
    if answer is None:
        return "decide later"
    if isinstance(answer, ChooseCompany) and isinstance(one.case, CompanyCase):
        named = (choice.label for choice in one.question.choices if choice.answer == answer)
        return next(named, answer.company_number)
    return answer_in_words(answer.model_dump(mode="json"))


def _recommended(one: OpenQuestion) -> str:
    return in_words(one, one.recommended) if one.recommended else ""


def _proposed(case: ConfigCase) -> Text:
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


def _marked(sheet: Sheet, number: int) -> Text:
    return Text(f"{number}✓" if number - 1 in sheet.answers else str(number), style="cyan")


def _red(text: str) -> Text:
    return Text(text, style="red")
