"""Decisions from a file, CSV or JSON: every row is checked, and all faults are reported at once.

The columns are restaurant or job, answer and, if one likes, gate and visit, and those that the answers use: see
`registration.gates.answer_file.columns`. Columns that begin with "see " are only to be looked at. Cells are separated
by commas, or as some spreadsheets save them by semicolons or tabs.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from registration.errors import BadFile
from registration.gates.answer_file.columns import (
    COLUMNS,
    NAMES,
    answer_of,
    kind_of,
    refuse_mangled,
    refuse_unused,
    to_be_seen,
)
from registration.gates.answer_file.rows import AnswerRow, Place, RowError, WaitingJob, find_job, read_answer
from registration.gates.decisions import Channel, GivenAnswer
from registration.kit.corrections import read_otherwise_in
from registration.kit.csv import MOST_COLUMNS, NotCsvError, cells_of, column_names, csv_rows, from_cell
from registration.kit.documents import read_bytes, read_json
from registration.kit.symbols import plain
from registration.kit.text import storable_text
from registration.kit.values import reasons

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


@dataclass(frozen=True)
class AnswersFile:
    """What a file says: the answers that can be given, with the place of each job's, and all bad rows.

    `remarks` are about good rows that are read otherwise than they stand there.
    """

    given: tuple[GivenAnswer, ...]
    errors: tuple[RowError, ...]
    places: Mapping[UUID, Place] = field(default_factory=dict[UUID, Place])
    remarks: tuple[RowError, ...] = ()


class _Item(BaseModel):
    """One object of a JSON file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    restaurant: str | None = None
    job: str | None = None
    gate: str | None = None
    visit: int | None = None
    answer: dict[str, Any] | None
    see: Any = None
    allowed: Any = None

    @model_validator(mode="after")
    def _names_a_restaurant(self) -> Self:
        if not self.restaurant and not self.job:
            raise ValueError("restaurant is missing")
        return self


def read_answers_file(path: Path, waiting: Sequence[WaitingJob], decided_by: str) -> AnswersFile:
    """The answers of a .json or .csv file for the jobs that wait.

    Raises BadFile for any other kind of file, one that is too long or not UTF-8, OSError if there is none.
    """
    readers = {".json": read_json_rows, ".csv": read_csv_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadFile(f"{path.name} is neither .json nor .csv")
    try:
        rows, errors = reader(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not UTF-8 text; save the file as CSV UTF-8") from None
    return match_rows(rows, errors, waiting, decided_by)


def read_json_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The items that can be read, and what is wrong with the others."""
    try:
        items = read_json(text)
    except json.JSONDecodeError as error:
        return [], [RowError(Place(error.lineno), f"is not valid JSON ({error.msg})")]
    except ValueError as error:
        return [], [RowError(Place(1), f"the file cannot be read: {error}")]
    if not isinstance(items, list):
        return [], [RowError(Place(1), 'the file must be a list, as [{"restaurant": "…", "answer": {"kind": "…"}}]')]
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    for number, value in enumerate(items, start=1):
        try:
            item = _Item.model_validate(value)
            if item.answer is not None:
                place = Place(number, "item")
                rows.append(AnswerRow(place, item.restaurant, item.gate, item.answer, item.job, item.visit))
        except ValidationError as error:
            errors.append(RowError(Place(number, "item"), "; ".join(reasons(error))))
    return rows, errors


def match_rows(
    rows: Sequence[AnswerRow], errors: Sequence[RowError], waiting: Sequence[WaitingJob], decided_by: str
) -> AnswersFile:
    """The rows as answers of the jobs that wait; a job is answered once."""
    given: list[GivenAnswer] = []
    wrong = list(errors)
    places: dict[UUID, Place] = {}
    remarks: list[RowError] = []
    for row in rows:
        try:
            job = find_job(row, waiting)
            if job.job_id in places:
                raise ValueError(f"{job.restaurant!r} is answered already, at {places[job.job_id]}")
            given.append(_given(job, row, decided_by))
            places[job.job_id] = row.place
            remarks.extend(RowError(row.place, remark) for remark in read_otherwise_in(row.answer))
        except ValueError as error:
            wrong.append(RowError(row.place, str(error)))
    return AnswersFile(tuple(given), tuple(sorted(wrong, key=lambda error: error.at)), places, tuple(remarks))


def _given(job: WaitingJob, row: AnswerRow, decided_by: str) -> GivenAnswer:
    return GivenAnswer(
        job_id=job.job_id,
        gate=job.gate,
        visit=job.visit,
        answer=read_answer(row, job),
        decided_by=decided_by,
        channel=Channel.CLI,
    )
