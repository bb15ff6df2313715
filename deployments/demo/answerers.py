"""Who answers an open gate: the script, or a person."""

import sys
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from rich.markup import escape

from deployments.demo.answering import scripted_input
from deployments.demo.asking import AskingAnswerer, PointingAnswerer
from deployments.demo.door import Door, OpenGate
from deployments.demo.screens import Screen
from deployments.demo.script import Role
from deployments.demo.terminal import Terminal
from registration.cli.terminal_input import interrupted_by_end_of_input


class Answerer(Protocol):
    """Somebody who answers gates."""

    async def answer(self, door: Door, gate: OpenGate, screen: Screen) -> None:
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

    async def answer(self, door: Door, gate: OpenGate, screen: Screen) -> None:
        """Raises DemoError if the form does not offer what the script says."""
        if await door.answer(gate, scripted_input(gate.questions, self._roles)):
            screen.say(f"answered [bold]{escape(gate.short_name)}[/]")


def answerer_for(roles: Iterable[Role], screen: Screen, *, ask: bool) -> Answerer:
    """The script, or with `ask` a person: on the terminal if there is one, else in the Prefect UI."""
    if not ask:
        return ScriptedAnswerer(roles)
    if sys.stdin.isatty() and screen.console.is_terminal:
        return AskingAnswerer(Terminal(screen.console, sys.stdin.fileno()))
    return PointingAnswerer()
