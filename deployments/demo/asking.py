"""A person answers the gates: on the terminal, or in the Prefect UI, whichever comes first."""

import asyncio
from contextlib import AbstractAsyncContextManager

from rich.markup import escape

from deployments.demo.answering import Input
from deployments.demo.conversation import converse
from deployments.demo.door import Door, OpenGate
from deployments.demo.screens import Screen
from deployments.demo.terminal import Terminal, own_name
from registration.answers import DECIDED_BY
from registration.cli.terminal_input import interrupted_by_end_of_input

_SECONDS = 1.0


class AskingAnswerer:
    """Asks on the terminal as long as the gate is not answered in the UI."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._name = ""

    def listening(self) -> AbstractAsyncContextManager[None]:
        """The end of what is typed interrupts the demo."""
        return self._terminal.listening()

    async def answer(self, door: Door, gate: OpenGate, screen: Screen) -> None:
        """Raises DemoError if the terminal is closed, or Prefect refuses the input."""
        with screen.aside():
            screen.say(f"[bold yellow]{escape(gate.name)}[/]\nAnswer here, or in the Prefect UI:")
            screen.link(gate.url)
            talking = asyncio.create_task(self._talk(gate))
            answered_elsewhere = asyncio.create_task(_closed(door, gate))
            try:
                await asyncio.wait([talking, answered_elsewhere], return_when=asyncio.FIRST_COMPLETED)
                taken = talking.done() and await door.answer(gate, talking.result())
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

    async def answer(self, door: Door, gate: OpenGate, screen: Screen) -> None:
        """Leaves the gate open; each round is told once."""
        if gate.name not in self._told:
            self._told.add(gate.name)
            screen.say(f"[bold yellow]{escape(gate.name)}[/]: answer it at")
            screen.link(gate.url)


async def _closed(door: Door, gate: OpenGate) -> None:
    while await door.is_open(gate):
        await asyncio.sleep(_SECONDS)
