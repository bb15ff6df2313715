"""The cells of a table as they stand in its text, so that a person corrects single cells and the text is read again."""

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Self

from registration.kit.csv import csv_rows


@dataclass(frozen=True)
class CsvCells:
    """The rows of a CSV text that are not blank, each with the number of its first line; the first is the header."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text with any usual separator. Raises UnreadableTableError for what is no CSV."""
        return cls(tuple((line, tuple(cells)) for line, cells in csv_rows(text)))

    @property
    def header(self) -> tuple[str, ...]:
        """The cells of the first row."""
        return self.rows[0][1] if self.rows else ()

    def at(self, line: int) -> tuple[str, ...]:
        """The cells of the row that begins at this line."""
        return dict(self.rows).get(line, ())

    def with_cells(self, corrections: Mapping[tuple[int, int], str]) -> Self:
        """The table with other texts in some cells, by line and column; a short row gets the cells that it lacks.

        A cell of no row, or beyond header and row, is passed over.
        """
        changed = {line: list(cells) for line, cells in self.rows}
        for (line, column), text in sorted(corrections.items()):
            row = changed.get(line)
            if row is None or column >= max(len(row), len(self.header)):
                continue
            row.extend([""] * (column + 1 - len(row)))
            row[column] = text
        return type(self)(tuple((line, tuple(cells)) for line, cells in changed.items()))

    def with_header(self, names: Sequence[str]) -> Self:
        """The table with a header in front, all other rows a line later."""
        return type(self)(((1, tuple(names)), *((line + 1, cells) for line, cells in self.rows)))

    def without(self, columns: Collection[int]) -> Self:
        """The table without some columns."""
        return type(self)(
            tuple(
                (line, tuple(cell for at, cell in enumerate(cells) if at not in columns)) for line, cells in self.rows
            )
        )

    @property
    def text(self) -> str:
        """The table as CSV with commas, each row at its line."""
        parts: list[str] = []
        at = 1
        for line, cells in self.rows:
            row = StringIO(newline="")
            csv.writer(row).writerow(cells)
            parts += ["\r\n" * (line - at), row.getvalue()]
            at = line + sum(1 for _ in StringIO(row.getvalue(), newline=""))
        return "".join(parts)
