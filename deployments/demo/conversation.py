"""Going through a gate's form on the terminal, one restaurant after the other."""

from rich.markdown import Markdown
from rich.markup import escape

from deployments.demo.answering import Input
from deployments.demo.form import Detail, Question
from deployments.demo.terminal import Terminal
from registration.questions.labels import DECIDE_LATER

_REST = "a"
_EMPTY = "-"


async def converse(terminal: Terminal, questions: tuple[Question, ...]) -> Input:
    """The input that a person gives for the form, without their name. Raises DemoError if the terminal is closed.

    Whoever leaves all as preselected is still asked where nothing is: the gate would only ask again.
    """
    answered: Input = {}
    rest = False
    for question in questions:
        label = question.preset
        if not rest or label == DECIDE_LATER:
            _show(terminal, question)
            typed = await _choice(terminal, question.labels, question.preset)
            rest = rest or typed is None
            label = typed or question.preset
        answered[question.field] = label
        if question.details and label == question.preset:
            answered[question.details_field] = await _details(terminal, question)
    return answered


def _show(terminal: Terminal, question: Question) -> None:
    terminal.console.print(f"\n[bold]{escape(question.title)}[/]")
    terminal.console.print(Markdown(question.evidence))


async def _choice(terminal: Terminal, labels: tuple[str, ...], preset: str) -> str | None:
    """One of the labels, or None for the preselected one here and in all that follows."""
    for number, label in enumerate(labels, 1):
        terminal.console.print(f"  [cyan]{number}[/]  {escape(label)}{' [dim](Enter)[/]' if label == preset else ''}")
    while True:
        typed = await terminal.ask(f"1 to {len(labels)}, Enter, or {_REST} for all as preselected:", preset)
        if typed in (_REST, preset):
            return None if typed == _REST else preset
        if typed.isdecimal() and 1 <= int(typed) <= len(labels):
            return labels[int(typed) - 1]
        terminal.console.print("[yellow]That is none of the choices.[/]")


async def _details(terminal: Terminal, question: Question) -> Input:
    terminal.console.print(
        f"\n[bold]{escape(question.title)}[/]: details. Enter keeps what is shown, {_EMPTY} empties a text."
    )
    return {detail.name: await _detail(terminal, detail) for detail in question.details}


async def _detail(terminal: Terminal, detail: Detail) -> object:
    """What a list holds stays as it is shown; the UI is the better place to change one."""
    title = escape(f"{detail.title} ({detail.description})" if detail.description else detail.title)
    if isinstance(detail.shown, bool):
        shown = "y" if detail.shown else "n"
        return (await terminal.ask(f"{title} y/n \\[{shown}]:", shown)).lower().startswith("y")
    if not isinstance(detail.shown, str):
        return list(detail.shown)
    if detail.labels:
        terminal.console.print(title)
        return await _choice(terminal, detail.labels, detail.shown) or detail.shown
    typed = await terminal.ask(f"{title} \\[{escape(detail.shown)}]:", detail.shown)
    return "" if typed == _EMPTY else typed
