"""Who answers an open gate: the script, or a person, at the terminal or in the Prefect UI."""

import asyncio
import getpass
import sys
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape

from dev.demo.screens import Screen
from dev.demo.script import Input, Role, scripted_input
from dev.gate_forms.client import GateForms, OpenGate
from dev.gate_forms.errors import TerminalLeft
from dev.gate_forms.schema import Detail, Question
from interfaces.cli.conversation import terminal
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from registration.gates.form_answers import DECIDED_BY
from registration.gates.wording import DECIDE_LATER


class Terminal:
    """A console to print on and a file descriptor to read typed lines from."""

    def __init__(self, console: Console, source: int) -> None:
        self.console = console
        self._terminal = terminal.Terminal(console, source)

    async def ask(self, prompt: str, default: str = "") -> str:
        """The line that is typed, without blanks around it; `default` if empty. Raises TerminalLeft at the end."""
        try:
            return await self._terminal.line(prompt) or default
        except terminal.TerminalClosed as closed:
            raise TerminalLeft(f"{closed.message} before all gates were answered") from closed

    def listening(self) -> AbstractAsyncContextManager[None]:
        """For as long as something may be asked: its end interrupts the program also between the questions."""
        return interrupted_by_end_of_input(self._terminal)


def own_name() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "a person"


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


_SECONDS = 1.0


class AskingAnswerer:
    """Asks on the terminal as long as the gate is not answered in the UI."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._name = ""

    def listening(self) -> AbstractAsyncContextManager[None]:
        """The end of what is typed interrupts the demo."""
        return self._terminal.listening()

    async def answer(self, gate_forms: GateForms, gate: OpenGate, screen: Screen) -> None:
        """Raises DemoError if the terminal is closed, or Prefect refuses the input."""
        with screen.aside():
            screen.say(f"[bold yellow]{escape(gate.name)}[/]\nAnswer here, or in the Prefect UI:")
            screen.link(gate.url)
            talking = asyncio.create_task(self._talk(gate))
            answered_elsewhere = asyncio.create_task(_closed(gate_forms, gate))
            try:
                await asyncio.wait([talking, answered_elsewhere], return_when=asyncio.FIRST_COMPLETED)
                taken = talking.done() and await gate_forms.answer(gate, talking.result())
            finally:
                talking.cancel()
                answered_elsewhere.cancel()
                await asyncio.gather(talking, answered_elsewhere, return_exceptions=True)
            if not taken:
                screen.console.print()
            screen.say("thank you" if taken else "answered in the Prefect UI")

    async def _talk(self, gate: OpenGate) -> Input:
        if not self._name:
            default = own_name()
            self._name = await self._terminal.ask(f"Your name \\[{escape(default)}]:", default)
        return {DECIDED_BY: self._name} | await converse(self._terminal, gate.questions)


class PointingAnswerer:
    """Says where the gates can be answered: without a terminal nobody can be asked."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def listening(self) -> AbstractAsyncContextManager[None]:
        """The end of what is typed interrupts the demo."""
        return interrupted_by_end_of_input()

    async def answer(self, gate_forms: GateForms, gate: OpenGate, screen: Screen) -> None:
        """Leaves the gate open, and reports each round once."""
        if gate.name not in self._told:
            self._told.add(gate.name)
            screen.say(f"[bold yellow]{escape(gate.name)}[/]: answer it at")
            screen.link(gate.url)


async def _closed(gate_forms: GateForms, gate: OpenGate) -> None:
    while await gate_forms.is_open(gate):
        await asyncio.sleep(_SECONDS)


class Answerer(Protocol):
    """Somebody who answers gates."""

    async def answer(self, gate_forms: GateForms, gate: OpenGate, screen: Screen) -> None:
        """Answer the open gate, or leave it open to be asked again."""
        ...

    def listening(self) -> AbstractAsyncContextManager[None]:
        """For as long as gates may open: the end of what is typed interrupts the demo."""
        ...


class ScriptedAnswerer:
    """Answers at once, as the script says."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._roles = {role.title: role for role in roles}

    def listening(self) -> AbstractAsyncContextManager[None]:
        """The end of what is typed interrupts the demo."""
        return interrupted_by_end_of_input()

    async def answer(self, gate_forms: GateForms, gate: OpenGate, screen: Screen) -> None:
        """Raises DemoError if the form does not offer what the script says."""
        if await gate_forms.answer(gate, scripted_input(gate.questions, self._roles)):
            screen.say(f"answered [bold]{escape(gate.short_name)}[/]")


def answerer_for(roles: Iterable[Role], screen: Screen, *, ask: bool) -> Answerer:
    """The script, or with `ask` a person: on the terminal if there is one, else in the Prefect UI."""
    if not ask:
        return ScriptedAnswerer(roles)
    if sys.stdin.isatty() and screen.console.is_terminal:
        return AskingAnswerer(Terminal(screen.console, sys.stdin.fileno()))
    return PointingAnswerer()
