"""Rows of many columns: a table where there is room for it, else each row as a few lines of its own."""

from rich.console import Console
from rich.text import Text

from registration.cli.printing import narrow, table

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
