"""The output of commands: tables for people, JSON for programs, new files, and remarks on stderr."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from interfaces.cli.process.streams import OutputConsole
from registration.errors import BadFile, Refused
from registration.kit.documents import json_text

_MANY_COLUMNS = 120
_BETWEEN = Text("  ")


def write_new(file: Path, content: str, *, overwrite: bool) -> None:
    """Write `content` as UTF-8. Raises Refused if the file exists, BadFile if it cannot be written."""
    try:
        with file.open("w" if overwrite else "x", encoding="utf-8", newline="") as opened:
            opened.write(content)
    except FileExistsError:
        raise Refused(f"{file} is there already: name another file, or say --overwrite") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error


def write_bytes(file: Path, content: bytes) -> None:
    """Write a new file. Raises Refused if it exists, BadFile if it cannot be written."""
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError:
        raise Refused(f"{file} is there already: name another folder") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error


def output() -> Console:
    """The console for results. For a file or a pipe, which has no width, the lines are not broken."""
    console = OutputConsole(highlight=False, soft_wrap=False)
    return console if console.is_terminal else OutputConsole(highlight=False, width=max(console.width, 200))


def remarks() -> Console:
    """The console for progress and remarks, on stderr, so that results can be piped."""
    return OutputConsole(stderr=True, highlight=False)


def narrow(console: Console) -> bool:
    """Whether the console is too narrow for a table of many columns; the last columns are then printed below."""
    return console.width < _MANY_COLUMNS


def print_json(value: Any) -> None:
    """Print one JSON document, with ids and times as text."""
    print(json_text(value))


def table(*columns: str) -> Table:
    """An empty table in the style of all commands."""
    empty = Table(header_style="bold", box=None, pad_edge=False)
    for column in columns:
        empty.add_column(column, overflow="fold")
    return empty


def add_rows(to: Table, rows: Iterable[Iterable[object]]) -> Table:
    """The table with `rows` added; their texts are escaped, since a restaurant's name may contain brackets."""
    for row in rows:
        to.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    return to


class Rows:
    """A table that fits a narrow console too.

    There the first `beside` cells of a row stay columns, and the other cells become one text, in which each of the
    last `long` cells is a line.
    """

    def __init__(self, console: Console, *columns: str, beside: int = 2, long: int = 1) -> None:
        self._console = console
        self._narrow = narrow(console)
        self._beside = beside
        self._long = long
        self._table = table(*columns[:beside], "") if self._narrow else table(*columns)

    def __bool__(self) -> bool:
        return self._table.row_count > 0

    def add(self, *cells: Text) -> None:
        """Add a row with a cell for each column."""
        if self._narrow:
            short, long = cells[self._beside : -self._long], cells[-self._long :]
            lines = [_BETWEEN.join(filter(None, short)), *filter(None, long)]
            cells = (*cells[: self._beside], Text("\n").join(filter(None, lines)))
        self._table.add_row(*cells)

    def print(self) -> None:
        """Print the table."""
        self._console.print(self._table)
