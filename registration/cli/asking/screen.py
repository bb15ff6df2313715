"""One restaurant on the screen: what is known, which choices there are, what was answered before."""

from rich.rule import Rule
from rich.text import Text

from registration.cli.asking.evidence import show_evidence
from registration.cli.asking.keys import ALL, OVERVIEW, REVIEW, Key
from registration.cli.asking.lists import in_words
from registration.cli.asking.prompt import Prompt
from registration.cli.asking.sheet import Sheet


def show_question(prompt: Prompt, sheet: Sheet, place: int, keys: tuple[Key, ...]) -> None:
    """Everything that is needed to decide about one restaurant."""
    one, count = sheet.questions[place], len(sheet.questions)
    prompt.console.print(Rule(Text(f"{place + 1} of {count} · {one.gate}"), align="left"))
    prompt.say(one.question.title, "bold")
    show_evidence(prompt.console, one)
    prompt.console.print()
    answered = place in sheet.answers
    for key in keys:
        prompt.say(f"  {key.typed:>2}  {key.label}{'  (Enter)' if key.preset and not answered else ''}")
    if answered:
        prompt.say(f"answered: {in_words(one, sheet.answers[place])}  (Enter keeps it)", "green")


def offered(sheet: Sheet, keys: tuple[Key, ...]) -> str:
    """What can be typed, in one line."""
    numbers = [key.typed for key in keys if key.typed.isdecimal()]
    choices = [f"1 to {numbers[-1]}"] if numbers else []
    choices += [key.typed for key in keys if not key.typed.isdecimal()]
    choices += [f"{ALL} all {len(sheet.clear)} that are clear"] if sheet.clear else []
    choices += [f"{OVERVIEW} overview"] if len(sheet.questions) > 1 else []
    return ", ".join([*choices, f"{REVIEW} review"])
