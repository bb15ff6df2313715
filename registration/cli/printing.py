"""How commands print: tables for people, JSON for programs, progress and remarks on stderr."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registration.cli.streams import OutputConsole
from registration.json_writing import json_text

_MANY_COLUMNS = 120


def output() -> Console:
    """Where results go. A file or a pipe has no width of its own: lines are not broken there."""
    console = OutputConsole(highlight=False, soft_wrap=False)
    return console if console.is_terminal else OutputConsole(highlight=False, width=max(console.width, 200))


def remarks() -> Console:
    """Where progress and remarks go, so that results can be piped on."""
    return OutputConsole(stderr=True, highlight=False)


def narrow(console: Console) -> bool:
    """Whether a table of many columns would be broken into pieces there: what belongs together then stands below."""
    return console.width < _MANY_COLUMNS


def print_json(value: Any) -> None:
    """One JSON document; ids and times as text."""
    print(json_text(value))


def table(*columns: str) -> Table:
    """An empty table in the house's style."""
    made = Table(header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def add_rows(to: Table, rows: Iterable[Iterable[object]]) -> Table:
    """The table with `rows`; restaurants may have any name, also one with brackets."""
    for row in rows:
        to.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    return to
