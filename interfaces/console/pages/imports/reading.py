"""The list that a person sends: a file or a text, with the cells and the header that were corrected on the page."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import UploadFile

from registration.errors import BadFile
from registration.kit.csv import UnreadableTableError, csv_text
from registration.kit.csv_cells import CsvCells

_CELL: Final = re.compile(r"cell-(\d{1,6})-(\d{1,3})")
_HEAD: Final = re.compile(r"head-(\d{1,3})")
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LEFT_OUT: Final = "-"
"""What a person chooses for a column that is not imported."""
HEADLESS: Final = "headless"
"""The box for a list whose first line is a restaurant, not a header."""


@dataclass(frozen=True)
class SentList:
    """The text as it is to be read, and the lines whose cells were on the page to be corrected."""

    text: str
    open_lines: frozenset[int] = frozenset()


async def sent_text(file: UploadFile | None, text: str) -> str:
    """The text of the file, or the one that was pasted. Raises BadFile for what is no text."""
    if file is not None and file.filename:
        content = await file.read()
        if content.startswith(_WORKBOOKS):
            name = file.filename[:100]
            raise BadFile(
                f"{name} is a workbook, not a text", hint="save it as CSV UTF-8, or copy its cells and paste them"
            )
        try:
            text = csv_text(content)
        except UnreadableTableError as unreadable:
            raise BadFile(str(unreadable)) from None
    if "\0" in text:
        raise BadFile("this is no text", hint="a list is a CSV file, or cells of a spreadsheet")
    return text.removeprefix("\ufeff")


def corrected(text: str, fields: Iterable[tuple[str, str]]) -> SentList:
    """The text with what the form's fields correct; a text that is no CSV stays as it is."""
    cells, names, headless = _corrections(fields)
    if not text.strip() or not (cells or names):
        return SentList(text)
    try:
        table = CsvCells.read(text).with_cells(cells)
    except UnreadableTableError:
        return SentList(text)
    open_lines = {line for line, _ in cells}
    if names:
        table, open_lines = _renamed(table, names, headless=headless), set[int]()
    return SentList(table.text, frozenset(open_lines))


def _corrections(
    fields: Iterable[tuple[str, str]],
) -> tuple[dict[tuple[int, int], str], dict[int, str], bool]:
    """The cells by line and column, the names of columns, and whether the first line is a restaurant."""
    cells: dict[tuple[int, int], str] = {}
    names: dict[int, str] = {}
    headless = False
    for name, value in fields:
        if found := _CELL.fullmatch(name):
            cells[int(found[1]), int(found[2])] = value
        elif found := _HEAD.fullmatch(name):
            names[int(found[1])] = value
        headless = headless or name == HEADLESS
    return cells, names, headless


def _renamed(table: CsvCells, names: Mapping[int, str], *, headless: bool) -> CsvCells:
    """The table with the chosen names of its columns, without those that were left out."""
    header = [names.get(at) or cell for at, cell in enumerate(table.header)]
    if headless:
        table = table.with_header(header)
    else:
        line = table.rows[0][0]
        table = table.with_cells({(line, at): name for at, name in enumerate(header)})
    return table.without({at for at, name in enumerate(header) if name == LEFT_OUT})
