"""Decisions from CSV. One row per restaurant; a blank cell says nothing, a blank `answer` decides later.

The columns are restaurant or job, answer and, if one likes, gate and visit, and those that the answers use: see
`registration.answers_columns`. Columns that begin with "see " are only to be looked at. Cells are separated by commas,
or as some spreadsheets save them by semicolons or tabs.
"""

import re
from collections.abc import Iterator

from registration.answers_columns import COLUMNS, NAMES, answer_of, kind_of, refuse_mangled, refuse_unused, to_be_seen
from registration.answers_rows import AnswerRow, Place, RowError
from registration.cells import from_cell
from registration.csv_records import MOST_COLUMNS, NotCsvError, cells_of, column_names, csv_rows
from registration.models.signs import plain
from registration.storable import storable_text

_VISIT = re.compile(r"(\d{1,9})(?:[.,]0+)?")
"""A spreadsheet may write it with decimals."""


def read_csv_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The rows that decide something, and everything that is wrong with the others."""
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    try:
        records = list(csv_rows(text))
    except NotCsvError as error:
        return [], [RowError(Place(1), f"the file is not valid CSV ({error})")]
    if not records:
        return [], [RowError(Place(1), "the file is empty")]
    header = column_names(records[0][1])
    if len(header) > MOST_COLUMNS:
        return [], [RowError(Place(1), f"the file has {len(header)} columns; known are {', '.join(COLUMNS)}")]
    if wrong := list(_header_errors(header)):
        return [], wrong
    for line, cells in records[1:]:
        try:
            rows.extend(_row(Place(line), header, cells))
        except ValueError as error:
            errors.append(RowError(Place(line), str(error)))
    return rows, errors


def _header_errors(header: list[str]) -> Iterator[RowError]:
    for name in dict.fromkeys(header):
        if to_be_seen(name):
            continue
        if name not in COLUMNS:
            yield RowError(Place(1), f"{name!r} is not a known column; known are {', '.join(COLUMNS)}")
        elif header.count(name) > 1:
            yield RowError(Place(1), f"{name!r} stands twice in the header")
    if not set(NAMES) & set(header):
        yield RowError(Place(1), "'restaurant' is required but is not in the header")
    if "answer" not in header:
        yield RowError(Place(1), "'answer' is required but is not in the header")


def _row(place: Place, header: list[str], cells: list[str]) -> Iterator[AnswerRow]:
    said = {
        name: from_cell(storable_text(cell).strip())
        for name, cell in zip(header, cells_of(cells, header), strict=True)
        if cell.strip() and not to_be_seen(name)
    }
    restaurant, job, gate, visit, kind = (said.pop(name, None) for name in (*NAMES, "gate", "visit", "answer"))
    if restaurant is None and job is None:
        raise ValueError("restaurant is missing")
    if kind is not None:
        refuse_mangled(said | {"answer": kind})
        kind = kind_of(kind, said)
        refuse_unused(kind, said)
        yield AnswerRow(place, restaurant, gate, answer_of(kind, said), job, _visit(visit))
    elif said:
        raise ValueError(f"answer is missing, but {', '.join(said)} is filled in")


def _visit(cell: str | None) -> int | None:
    if cell is None:
        return None
    number = _VISIT.fullmatch(plain(cell))
    if number is None:
        raise ValueError(f"visit is a number, as it was exported, not {cell!r}")
    return int(number[1])
