"""`make demo ASK=1` at a terminal: the conversation of `registration answer`, and its end."""

import asyncio
import os
from collections.abc import Generator
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

import pytest
from rich.console import Console

from dev.demo.asking import AskingAnswerer, waiting_visits
from dev.demo.screens import LineScreen
from dev.stack.interrupts import STOPPED
from interfaces.cli.conversation.terminal import Terminal
from interfaces.cli.process.interrupted import write_status
from interfaces.cli.session import CommandContext
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import batch_at_company_gate
from tests.waiting import HANG, until


@dataclass
class Person:
    """A keyboard and a screen of pipes, with the answerer of the demo between them."""

    typing: int
    terminal: Terminal
    answerer: AskingAnswerer
    output: StringIO

    def type(self, *lines: str) -> None:
        """Type the lines, each with Enter."""
        os.write(self.typing, "".join(f"{line}\n" for line in lines).encode())

    async def converse(self, registration: Commands, batch_id: UUID) -> None:
        """Hold one conversation about all restaurants that wait in the batch."""
        context = context_of(registration)
        waiting = await waiting_visits(context, batch_id)
        await self.answerer.converse(context, batch_id, waiting, LineScreen(self.terminal.console))


@pytest.fixture
def person() -> Generator[Person]:
    """A person at a terminal of pipes."""
    reading, typing = os.pipe()
    output = StringIO()
    terminal = Terminal(Console(file=output, width=200), reading)
    yield Person(typing, terminal, AskingAnswerer(terminal), output)
    for end in (reading, typing):
        os.close(end)


def context_of(registration: Commands) -> CommandContext:
    """The organisation of the test, as the demo works with it."""
    return CommandContext(registration.database, registration.organisation_id)


async def decisions(registration: Commands) -> int:
    """Number of accepted decisions."""
    [row] = await registration.query("select count(*) as count from registration_decisions where accepted")
    return row["count"]


async def test_answers_are_written_at_the_end(registration: Commands, person: Person) -> None:
    """The verdicts are those of `registration answer`, and Ctrl-C afterwards is the demo's own again."""
    batch = await batch_at_company_gate(registration, "1000001", "1000002")
    person.type("a", "y")
    await person.converse(registration, batch.batch_id)
    printed = registration.capsys.readouterr().out
    assert await decisions(registration) == 2
    assert "Nothing is written before the last question" in person.output.getvalue()
    assert "2 accepted, 0 refused\nthe running flow reads them by itself" in printed
    assert write_status.message == STOPPED


async def test_quitting_leaves_the_gate_open(registration: Commands, person: Person) -> None:
    """`q` writes nothing, and these restaurants are not asked about again at the terminal."""
    batch = await batch_at_company_gate(registration, "1000001")
    person.type("q")
    await person.converse(registration, batch.batch_id)
    assert await decisions(registration) == 0
    assert "left open: answer in the console or in the Prefect UI" in person.output.getvalue()
    assert await waiting_visits(context_of(registration), batch.batch_id) == person.answerer.left_open


async def test_answers_from_elsewhere_end_the_conversation(registration: Commands, person: Person) -> None:
    """A conversation ends once its last restaurant is answered elsewhere."""
    batch = await batch_at_company_gate(registration, "1000001", "1000002")
    conversation = asyncio.create_task(person.converse(registration, batch.batch_id))
    await until(lambda: person.terminal.waits_for_line, "the first question")
    assert (await registration("answer", batch.batch_id, "--accept-recommended")).code == 0
    await asyncio.wait_for(conversation, HANG)
    assert "answered in the browser" in person.output.getvalue()
    assert await decisions(registration) == 2
