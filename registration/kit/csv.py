"""CSV files that people edit in a spreadsheet: no text from outside becomes a formula, and any usual separator is read.

Spreadsheets execute a cell that begins with `=`, `+`, `-`, `@` or a tab (OWASP: CSV injection). `to_cell` writes an
apostrophe in front of such a text, `from_cell` removes it. A text after a semicolon, a tab or a line end inside a cell
is treated alike: a spreadsheet with another separator would begin a new cell there, even inside quotes.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Self

from registration.kit.text import is_control

_CELL_MAY_BEGIN = re.compile(r"([;\t\r\n])")
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
MOST_COLUMNS = 200
"""The limit for tables that people edit; a wider file is something else."""
_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>[^\r\n])"?[,;\t ]*(?=[\r\n]|$)', re.IGNORECASE)
NOT_UTF_8 = "is not UTF-8 text; save the file as CSV UTF-8"


def to_cell(value: object) -> str:
    """The text of a cell; None is blank. A text that could be a formula, or already looks escaped, gets an apostrophe.

    Control characters are removed.
    """
    text = "" if value is None else "".join(map(_printable, str(value)))
    return _defused(_each_after_the_first(text, _defused))


def from_cell(cell: str) -> str:
    """The value of a cell that was written with `to_cell`, or typed by a person, with or without the apostrophe."""
    return _each_after_the_first(_as_it_was(cell), _as_it_was)


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _as_it_was(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _each_after_the_first(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to each part of the text, except the first, that a spreadsheet could read as a cell of its own."""
    first, *others = _CELL_MAY_BEGIN.split(text)
    others[1::2] = map(change, others[1::2])
    return first + "".join(others)


def _printable(character: str) -> str:
    return "" if is_control(character) and character not in "\t\r\n" else character


@dataclass(frozen=True)
class RowError:
    """An invalid row, or with `column` an invalid cell, and the reason."""

    line: int
    column: str | None
    reason: str

    @property
    def what(self) -> str:
        """The error without its line."""
        return f"{self.column} {self.reason}" if self.column else self.reason

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


class UnreadableTableError(Exception):
    """The table, or the rest of it, cannot be read."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(*map(str, errors))
        self.errors = errors


@dataclass(frozen=True)
class CsvTable:
    """A table whose first row names its `columns`, in lower case; `rows` are the others that are not blank.

    Each row has the number of its first line, since a quoted cell may span lines. The iteration raises
    UnreadableTableError at text that is not valid CSV.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    @classmethod
    def read(
        cls,
        text: str,
        known: Sequence[str],
        required: Iterable[Sequence[str]],
        ignored: Callable[[str], bool] = lambda _name: False,
    ) -> Self:
        """Read the header of a text. Raises UnreadableTableError with all errors of the header.

        The header needs one column of each entry of `required`. A column that is not `known` is an error, unless it is
        `ignored`.
        """
        rows = csv_rows(text)
        line, header = next(rows, (1, []))
        if not header:
            raise UnreadableTableError(RowError(1, None, "the file is empty"))
        columns = _column_names(header)
        if len(columns) > MOST_COLUMNS:
            raise UnreadableTableError(RowError(line, None, f"has {len(columns)} columns; {_known(known)}"))
        if errors := list(_header_errors(line, columns, known, required, ignored)):
            raise UnreadableTableError(*errors)
        return cls(columns, rows)

    def filled(self, row: Sequence[str]) -> dict[str, str]:
        """The cells of a row that are not blank, by column.

        Raises ValueError if the number of cells differs from the columns; extra blank cells at the end are ignored.
        """
        cells = row[: len(self.columns)]
        if len(cells) < len(self.columns) or any(cell.strip() for cell in row[len(self.columns) :]):
            raise ValueError(f"has {len(row)} cells, the header has {len(self.columns)}")
        return {column: cell for column, cell in zip(self.columns, cells, strict=True) if cell.strip()}


def csv_text(content: bytes) -> str:
    """The text of a file, without a byte order mark. Raises UnreadableTableError with the line that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableTableError(RowError(line, None, NOT_UTF_8)) from None


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its first line. Raises UnreadableTableError at what is no
    CSV.
    """
    content = StringIO(_without_separator_line(text), newline="")
    reader = csv.reader(content, strict=True, delimiter=_separator_of(text))
    line = 1
    try:
        for cells in reader:
            if cells and any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        reason = f"is not valid CSV ({error}); the rest of the file was not read"
        raise UnreadableTableError(RowError(line, None, reason)) from None


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The names in lower case, without the empty columns that spreadsheets add at the end."""
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _header_errors(
    line: int,
    columns: Sequence[str],
    known: Sequence[str],
    required: Iterable[Sequence[str]],
    ignored: Callable[[str], bool],
) -> Iterator[RowError]:
    read = [name for name in columns if not ignored(name)]
    for name in read:
        if name not in known:
            yield RowError(line, repr(name), f"is not a known column; {_known(known)}")
    for name in sorted({name for name in read if name in known and read.count(name) > 1}):
        yield RowError(line, repr(name), "occurs twice in the header")
    for names in required:
        if not set(names) & set(read):
            yield RowError(line, repr(names[0]), "is required but is not in the header")


def _known(names: Sequence[str]) -> str:
    return f"known are {', '.join(names)}"


def _separator_of(text: str) -> str:
    """The separator of a CSV text: the most frequent candidate in its header, since some locales do not use commas.

    Excel's first line `sep=;` wins if its separator occurs in the header: the file may have been saved anew since.
    """
    declared = _SEPARATOR_LINE.match(text)
    header = _without_separator_line(text).lstrip("\r\n").partition("\n")[0]
    if declared is not None and declared["separator"] in header:
        return declared["separator"]
    return max(_SEPARATORS, key=header.count)


def _without_separator_line(text: str) -> str:
    """The CSV text with a blank line instead of Excel's `sep=;`, so that line numbers stay."""
    return _SEPARATOR_LINE.sub("", text, count=1) if _SEPARATOR_LINE.match(text) else text
