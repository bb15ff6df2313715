"""Rows of CSV files that people edit in a spreadsheet: in some languages it separates cells by semicolons or tabs."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

MOST_COLUMNS = 200
"""Of a list or of answers: what is wider is something else."""

_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>[^\r\n])"?[,;\t ]*(?=[\r\n]|$)', re.IGNORECASE)


class NotCsvError(ValueError):
    """A text is not valid CSV from a line on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line on which it begins (a quoted cell may span lines).

    Raises NotCsvError.
    """
    content = StringIO(_without_separator_line(text), newline="")
    reader = csv.reader(content, strict=True, delimiter=_separator_of(text))
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotCsvError(line, str(error)) from None


def column_names(header: Sequence[str]) -> list[str]:
    """The names of the columns in lower case, without the empty columns that spreadsheets leave at the end."""
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    return names


def cells_of(row: list[str], columns: Sequence[str]) -> list[str]:
    """The cells of a row. Raises ValueError if it has more or fewer than columns, but for blank ones at the end."""
    cells = row[: len(columns)]
    if len(cells) < len(columns) or any(cell.strip() for cell in row[len(columns) :]):
        raise ValueError(f"has {len(row)} cells, the header has {len(columns)}")
    return cells


def _separator_of(text: str) -> str:
    """What the cells of a CSV text are separated by, as its header shows: in some languages not by commas.

    Excel's first line `sep=;` says it, unless the file was saved anew with another one since.
    """
    said = _SEPARATOR_LINE.match(text)
    header = _without_separator_line(text).lstrip("\r\n").partition("\n")[0]
    if said is not None and said["separator"] in header:
        return said["separator"]
    return max(_SEPARATORS, key=header.count)


def _without_separator_line(text: str) -> str:
    """A CSV text with a blank line instead of Excel's `sep=;`, so that the others keep their numbers."""
    return _SEPARATOR_LINE.sub("", text, count=1) if _SEPARATOR_LINE.match(text) else text
