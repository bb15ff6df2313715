"""Printed texts come from people, scraped pages and the platform: a terminal must not execute them."""

import io
import os
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from rich.live import Live
from rich.markup import escape
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from interfaces.cli.conversation.terminal import Terminal, TerminalClosed
from interfaces.cli.escaping import EscapingConsole
from interfaces.cli.output import add_rows, output, remarks, table
from interfaces.cli.process.streams import DONE, WAITING_FOR_A_PERSON
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import batch_at_company_gate

EVIL = "Kai\x1b]0;title\x07\x1b[2J\x1b]8;;http://evil.example\x1b\\click\x9b31m\x7f\u202ereversed"
SHOWN = "Kai]0;title[2J]8;;http://evil.example\\click31mreversed"
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
_OF_RICH = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;(?:id=[0-9-]+)?;[ -~]*\x1b\\|\r")


def _terminal() -> EscapingConsole:
    return EscapingConsole(file=io.StringIO(), force_terminal=True, width=200, color_system="truecolor")


def _written(console: EscapingConsole) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_way_of_printing_escapes_a_text() -> None:
    """Lines, tables, rules, prompts, live displays and links; the console's own colours and movements stay."""
    console = _terminal()
    grid = Table()
    grid.add_column(EVIL)
    grid.add_row(Text(EVIL, style=Style(link=f"http://x.example/{EVIL}")))
    things = (Text(EVIL), EVIL, escape(EVIL), Rule(Text(EVIL)), grid, add_rows(table("name"), [[EVIL]]))
    for thing in things:
        console.print(thing, markup=not isinstance(thing, str))
        console.print(thing, markup=not isinstance(thing, str), soft_wrap=True, style="red")
    with Live(Text(EVIL), console=console, auto_refresh=False) as live:
        live.update(Text(f"{EVIL}2"), refresh=True)
    written = _written(console)
    assert written.count("reversed") >= 2 * len(things)
    assert "\x1b[31m" in written
    assert not _OBEYED.search(_OF_RICH.sub("", written))
    assert "]8;;http://evil.example\x1b" not in written


async def test_a_prompt_escapes_a_text() -> None:
    """A name may be part of the question."""
    console, (reading, writing) = _terminal(), os.pipe()
    os.close(writing)
    with pytest.raises(TerminalClosed):
        await Terminal(console, reading).line(escape(EVIL))
    os.close(reading)
    assert "reversed" in _written(console)
    assert not _OBEYED.search(_OF_RICH.sub("", _written(console)))


def test_all_commands_print_with_an_escaping_console() -> None:
    """Results and remarks."""
    assert isinstance(output(), EscapingConsole)
    assert isinstance(remarks(), EscapingConsole)


@pytest.mark.parametrize(
    "command", [["show", "{batch}"], ["show", "{batch}", "--json"], ["batches"], ["batches", "--json"], ["gates"]]
)
async def test_names_of_batches_and_restaurants_are_escaped(registration: Commands, command: list[str]) -> None:
    """The platform accepts any name, and its messages may quote names."""
    batch = await batch_at_company_gate(registration, None)
    await registration.query("update restaurants set name = :evil", evil=EVIL)
    await registration.query("update registration_batch_jobs set name = :evil", evil=EVIL)
    await registration.query("update registration_jobs set error_message = :evil", evil=EVIL)
    result = await registration(*(part.format(batch=batch.batch_id) for part in command))
    assert result.code in (DONE, WAITING_FOR_A_PERSON), result.err
    assert not _OBEYED.search(result.out)
    assert not _OBEYED.search(result.err)


async def test_a_message_on_stderr_is_escaped(registration: Commands) -> None:
    """The message quotes an argument."""
    result = await registration("show", f"{uuid4()}{EVIL}")
    assert result.code != 0
    assert "Kai" in result.err
    assert not _OBEYED.search(result.err)


def test_a_traceback_is_escaped() -> None:
    """An unexpected error may quote any text."""
    code = (
        "import sys; from interfaces.cli.escaping import show_traceback; sys.excepthook = show_traceback;"
        " raise ValueError('Kai\\x1b]0;title\\x07\\x9b2J')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "ValueError: Kai]0;title2J" in result.stderr
    assert not _OBEYED.search(result.stderr)
