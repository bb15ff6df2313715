"""All restaurants that wait in one look, before they are answered for and after."""

from rich.console import Console
from rich.text import Text

from registration.answer_words import answer_in_words
from registration.cli.asking.sheet import Sheet
from registration.cli.printing import table
from registration.cli.timeline import facts
from registration.models.decisions import AnyAnswer, ChooseCompany
from registration.open_questions import OpenQuestion
from registration.questions.cases import CompanyCase, ConfigCase
from registration.questions.facts import company_facts

_ACCOUNT = {True: "account exists", False: "new account", None: "account?"}


def show_waiting(console: Console, sheet: Sheet) -> None:
    """Who waits at which gate, with what is recommended or stands in the way."""
    companies = table("", "company selection", "recommended", "candidates", "in the way")
    configs = table("", "configuration", "proposed")
    for number, one in enumerate(sheet.questions, 1):
        title, marked = Text(one.question.title), _marked(sheet, number)
        if isinstance(one.case, CompanyCase):
            recommended = Text(_recommended(one), style="green")
            in_the_way = _red(company_facts(one.case)["in the way"])
            companies.add_row(marked, title, recommended, str(len(one.case.candidates)), in_the_way)
        else:
            configs.add_row(marked, title, _proposed(one.case))
    for shown in (companies, configs):
        if shown.row_count:
            console.print(shown)
            console.print()


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
        f"{config.account.email} ({_ACCOUNT[case.has_account]})" if config.account.email else "",
        config.onboarding.user_name,
        f"menu with {menu.items} items" if menu else "",
        " ".join(filter(None, (config.website.primary_color, config.website.secondary_color))),
        case.company_name,
    ]
    in_the_way = "; ".join([*case.refusals, *filter(None, [case.extraction_error])])
    return Text.assemble(_red(f"{in_the_way}  " if in_the_way else ""), " · ".join(filter(None, parts)))


def _marked(sheet: Sheet, number: int) -> Text:
    return Text(f"{number}✓" if number - 1 in sheet.answers else str(number), style="cyan")


def _red(text: str) -> Text:
    return Text(text, style="red")
