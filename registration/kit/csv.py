"""CSV files that people edit in a spreadsheet: no text from outside is a formula, and any usual separator is read.

A cell that begins with `=`, `+`, `-`, `@` or a tab is executed by spreadsheets (OWASP: CSV injection). Such a text is
written with an apostrophe in front, and read back without it. So is what follows a semicolon, a tab or a line end
inside of a text: in a file whose cells are separated by commas, a spreadsheet that separates by something else begins
a cell there, whatever quotes are around the whole.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from io import StringIO

from registration.kit.text import is_control

_CELL_MAY_BEGIN = re.compile(r"([;\t\r\n])")
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def to_cell(value: object) -> str:
    """The text of a cell; None is blank. What could be a formula, or already looks defused, gets an apostrophe.

    Control characters are left out.
    """
    text = "" if value is None else "".join(map(_printable, str(value)))
    return _defused(_each_after_the_first(text, _defused))


def from_cell(cell: str) -> str:
    """What was written with `to_cell`, or typed by a person, who may leave the apostrophe out."""
    return _each_after_the_first(_as_it_was(cell), _as_it_was)


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _as_it_was(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _each_after_the_first(text: str, change: Callable[[str], str]) -> str:
    """The text with what another spreadsheet would begin a cell with changed, but for its own beginning."""
    first, *others = _CELL_MAY_BEGIN.split(text)
    others[1::2] = map(change, others[1::2])
    return first + "".join(others)


def _printable(character: str) -> str:
    return "" if is_control(character) and character not in "\t\r\n" else character


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
