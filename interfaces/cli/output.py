"""Output of commands: tables for people, JSON for programs, files that are never overwritten, remarks on stderr."""

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


def write_new(file: Path, content: str, *, overwrite: bool) -> None:
    """Write `content` as UTF-8. Raises Refused if the file is there, BadFile if it cannot be written."""
    try:
        with file.open("w" if overwrite else "x", encoding="utf-8", newline="") as opened:
            opened.write(content)
    except FileExistsError:
        raise Refused(f"{file} is there already: name another file, or say --overwrite") from None
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error


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


_BETWEEN = Text("  ")


class Rows:
    """What belongs together. On a narrow console the first `beside` cells stand before the others, which are one text;
    the last `long` ones are lines of their own there.
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
        """One row, a cell for each column."""
        if self._narrow:
            short, long = cells[self._beside : -self._long], cells[-self._long :]
            lines = [_BETWEEN.join(filter(None, short)), *filter(None, long)]
            cells = (*cells[: self._beside], Text("\n").join(filter(None, lines)))
        self._table.add_row(*cells)

    def print(self) -> None:
        """Show them."""
        self._console.print(self._table)
