"""Answers to the open gates of the demo: by its script, at the terminal, or in the browser."""

import sys
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from rich.markup import escape

from dev.demo.asking import AskingAnswerer, announce_gates
from dev.demo.screens import Screen
from dev.demo.script import Role, scripted_input
from dev.gate_forms.client import GateForms
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.session import CommandContext


class Answerer(Protocol):
    """Answers the gates of a batch."""

    async def answer(self, context: CommandContext, batch_id: UUID, gate_forms: GateForms, screen: Screen) -> None:
        """Answer the open gates, or leave them open; called again until every restaurant has ended."""
        ...

    def listening(self) -> AbstractAsyncContextManager[None]:
        """A context in which the end of the input interrupts the demo."""
        ...


class ScriptedAnswerer:
    """Answers at once, as the script says."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._roles = {role.title: role for role in roles}

    def listening(self) -> AbstractAsyncContextManager[None]:
        """A context in which the end of the input interrupts the demo."""
        return interrupted_by_end_of_input()

    async def answer(self, context: CommandContext, batch_id: UUID, gate_forms: GateForms, screen: Screen) -> None:
        """Resume the run of each open gate. Raises DemoError if a form does not offer the script's answer."""
        for gate in await gate_forms.open_gates():
            if await gate_forms.answer(gate, scripted_input(gate.questions, self._roles)):
                screen.say(f"answered [bold]{escape(gate.short_name)}[/]")


class PointingAnswerer:
    """Prints where the gates are answered in the browser, for `ASK=1` without a terminal."""

    def __init__(self) -> None:
        self._printed: set[str] = set()

    def listening(self) -> AbstractAsyncContextManager[None]:
        """A context in which the end of the input interrupts the demo."""
        return interrupted_by_end_of_input()

    async def answer(self, context: CommandContext, batch_id: UUID, gate_forms: GateForms, screen: Screen) -> None:
        """Print each round once, and leave its gate open."""
        for gate in await gate_forms.open_gates():
            if gate.name not in self._printed:
                self._printed.add(gate.name)
                announce_gates((gate,), batch_id, screen)


def answerer_for(roles: Iterable[Role], screen: Screen, *, ask: bool) -> Answerer:
    """The script; with `ask` a person, at the terminal if there is one, else in the browser."""
    if not ask:
        return ScriptedAnswerer(roles)
    if sys.stdin.isatty() and screen.console.is_terminal:
        return AskingAnswerer(Terminal(screen.console, sys.stdin.fileno()))
    return PointingAnswerer()
