"""The gates of the demo are answered by a person: at the terminal, as `registration answer` asks, or in the browser."""

import asyncio
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar
from uuid import UUID

from rich.markup import escape

from dev.demo.screens import Screen
from dev.gate_forms.client import GateForms, OpenGate
from dev.stack.interrupts import STOPPED
from interfaces.cli.commands.console import console_url
from interfaces.cli.conversation.session import ask_open_questions
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.process.interrupted import write_status
from interfaces.cli.process.terminal import interrupted_by_end_of_input
from interfaces.cli.rendering.verdicts import AnswerOutcome, print_next_step, print_verdicts
from interfaces.cli.session import CommandContext, open_context, system_user
from registration.gates.open_questions import waiting_at
from registration.settings import settings
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS, GateName

_SECONDS = 1.0

Visits = frozenset[tuple[UUID, GateName, int]]
"""Jobs that wait at a gate: id, gate, visit of its step."""
Result = TypeVar("Result")


class AskingAnswerer:
    """Asks at the terminal until every waiting restaurant is answered, there or elsewhere."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.left_open: Visits = frozenset()
        """Restaurants that the person left open; the terminal does not ask about them again."""

    def listening(self) -> AbstractAsyncContextManager[None]:
        """A context in which the end of the input interrupts the demo, also between two conversations."""
        return interrupted_by_end_of_input(self._terminal)

    async def answer(self, context: CommandContext, batch_id: UUID, gate_forms: GateForms, screen: Screen) -> None:
        """Hold one conversation about all waiting restaurants; after `q` they are left to the browser."""
        gates = await gate_forms.open_gates()
        waiting = await waiting_visits(context, batch_id)
        if not gates or waiting <= self.left_open:
            return
        with screen.aside():
            _announce(gates, batch_id, screen)
            await self.converse(context, batch_id, waiting, screen)

    async def converse(self, context: CommandContext, batch_id: UUID, waiting: Visits, screen: Screen) -> None:
        """Ask until the answers are written, `waiting` is answered elsewhere, or the person quits."""
        async with open_context(context.organisation_id) as own:
            conversation = ask_open_questions(own, batch_id, system_user(), self._terminal)
            answered = await _unless(conversation, self._answered_elsewhere(context, batch_id, waiting))
        write_status.update(STOPPED)
        if isinstance(answered, AnswerOutcome):
            view = await _view(context, batch_id)
            print_verdicts(answered, view)
            print_next_step(answered, view, batch_id, live=True, begun=True)
        elif answered is None:
            self.left_open = waiting
            screen.say("left open: answer in the console or in the Prefect UI, or end the demo with Ctrl-C")
        else:
            screen.console.print()
            screen.say("answered in the browser")

    async def _answered_elsewhere(self, context: CommandContext, batch_id: UUID, waiting: Visits) -> bool:
        """True once none of these restaurants waits any more while the terminal still asks.

        While the conversation writes its own answers the terminal does not ask.
        """
        while waiting & await waiting_visits(context, batch_id) or not self._terminal.waits_for_line:
            await asyncio.sleep(_SECONDS)
        return True


def _announce(gates: tuple[OpenGate, ...], batch_id: UUID, screen: Screen) -> None:
    announce_gates(gates, batch_id, screen)
    screen.say(f"or here, as `registration answer {str(batch_id)[:8]}` asks:")


def announce_gates(gates: tuple[OpenGate, ...], batch_id: UUID, screen: Screen) -> None:
    """Print where the gates are answered in the browser: the batch in the console, each form in the Prefect UI."""
    for gate in gates:
        screen.say(f"[bold yellow]{escape(gate.name)}[/]: answer in the console")
        screen.link(f"{console_url(settings())}/batches/{batch_id}")
        screen.say("or in the Prefect UI")
        screen.link(gate.url)


async def _view(context: CommandContext, batch_id: UUID) -> BatchView:
    async with context.database.transaction(context.organisation_id) as transaction:
        return await read_snapshot(transaction, batch_id)


async def waiting_visits(context: CommandContext, batch_id: UUID) -> Visits:
    """The jobs of the batch that wait at a gate now."""
    view = await _view(context, batch_id)
    return frozenset(
        (job.id, gate, job.steps[GATE_STEPS[gate]].visit) for gate in GATE_STEPS for job in waiting_at(view, gate)
    )


async def _unless(work: Awaitable[Result], other: Awaitable[bool]) -> Result | bool:
    """Result of `work`, or of `other` if that is done first; the slower one is cancelled."""
    tasks = working, _ = asyncio.ensure_future(work), asyncio.ensure_future(other)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working in done else tasks[1].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
