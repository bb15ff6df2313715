"""Decisions from CSV. One row per restaurant; a blank cell says nothing, a blank `answer` decides later.

The columns are restaurant, answer and, if one likes, gate, and those that the answers use: see
`registration.answers_columns`.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from registration.answers_columns import COLUMNS, answer_of, refuse_unused
from registration.answers_rows import AnswerRow, Place, RowError


def read_csv_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The rows that decide something, and everything that is wrong with the others."""
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    try:
        records = list(_records(text))
    except csv.Error as error:
        return [], [RowError(Place(1), f"the file is not valid CSV ({error})")]
    if not records:
        return [], [RowError(Place(1), "the file is empty")]
    header = [cell.strip().lower() for cell in records[0][1]]
    if wrong := list(_header_errors(header)):
        return [], wrong
    for line, cells in records[1:]:
        try:
            rows.extend(_row(Place(line), header, cells))
        except ValueError as error:
            errors.append(RowError(Place(line), str(error)))
    return rows, errors


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _header_errors(header: list[str]) -> Iterator[RowError]:
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            yield RowError(Place(1), f"{name!r} is not a known column; known are {', '.join(COLUMNS)}")
        elif header.count(name) > 1:
            yield RowError(Place(1), f"{name!r} stands twice in the header")
    for name in ("restaurant", "answer"):
        if name not in header:
            yield RowError(Place(1), f"{name!r} is required but is not in the header")


def _row(place: Place, header: list[str], cells: list[str]) -> Iterator[AnswerRow]:
    if len(cells) != len(header):
        raise ValueError(f"has {len(cells)} cells, the header has {len(header)}")
    said = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    restaurant, gate, kind = (said.pop(name, None) for name in ("restaurant", "gate", "answer"))
    if restaurant is None:
        raise ValueError("restaurant is missing")
    if kind is not None:
        refuse_unused(kind, said)
        yield AnswerRow(place, restaurant, gate, answer_of(kind, said))
    elif said:
        raise ValueError(f"answer is missing, but {', '.join(said)} is filled in")
