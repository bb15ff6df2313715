"""Answers from a file, CSV or JSON: every row is checked, and all errors are reported at once.

The columns are restaurant or job, answer, optionally gate and visit, and those that the answers use: see
`registration.gates.answer_file.columns`. Columns whose name begins with "see " are evidence and are not read. Cells are
separated by commas, or by semicolons or tabs, as some spreadsheets save them.
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
    is_evidence_column,
    kind_of,
    refuse_mangled,
    refuse_unused,
)
from registration.gates.answer_file.rows import AnswerRow, Location, RowError, WaitingJob, find_job, read_answer
from registration.gates.decisions import Channel, SubmittedAnswer
from registration.kit.corrections import describe_corrections
from registration.kit.csv import NOT_UTF_8, CsvTable, UnreadableTableError, from_cell
from registration.kit.documents import read_bytes, read_json
from registration.kit.symbols import plain
from registration.kit.text import strip_control_characters
from registration.kit.values import reasons

_VISIT = re.compile(r"(\d{1,9})(?:[.,]0+)?")
"""A spreadsheet may write the visit with decimals."""


def read_csv_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The rows that have an answer, and the errors of the other rows; no rows of a text that is not valid CSV."""
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    try:
        table = CsvTable.read(text, COLUMNS, (NAMES, ("answer",)), ignored=is_evidence_column)
        for line, cells in table.rows:
            try:
                rows.extend(_row(Location(line), table.filled(cells)))
            except ValueError as error:
                errors.append(RowError(Location(line), str(error)))
    except UnreadableTableError as unreadable:
        return [], [RowError(Location(error.line), error.what) for error in unreadable.errors]
    return rows, errors


def _row(location: Location, filled: Mapping[str, str]) -> Iterator[AnswerRow]:
    cells_by_column = {
        name: from_cell(strip_control_characters(cell).strip())
        for name, cell in filled.items()
        if not is_evidence_column(name)
    }
    restaurant, job, gate, visit, kind = (
        cells_by_column.pop(name, None) for name in (*NAMES, "gate", "visit", "answer")
    )
    if restaurant is None and job is None:
        raise ValueError("restaurant is missing")
    if kind is not None:
        refuse_mangled(cells_by_column | {"answer": kind})
        kind = kind_of(kind, cells_by_column)
        refuse_unused(kind, cells_by_column)
        yield AnswerRow(location, restaurant, gate, answer_of(kind, cells_by_column), job, _visit(visit))
    elif cells_by_column:
        raise ValueError(f"answer is missing, but {', '.join(cells_by_column)} is filled in")


def _visit(cell: str | None) -> int | None:
    if cell is None:
        return None
    number = _VISIT.fullmatch(plain(cell))
    if number is None:
        raise ValueError(f"visit is a number, as it was exported, not {cell!r}")
    return int(number[1])


@dataclass(frozen=True)
class AnswersFile:
    """The content of a file: the valid answers, the location of each job's answer, and all invalid rows.

    `remarks` are about valid rows whose values were corrected while reading.
    """

    answers: tuple[SubmittedAnswer, ...]
    errors: tuple[RowError, ...]
    locations: Mapping[UUID, Location] = field(default_factory=dict[UUID, Location])
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
    """The answers of a .json or .csv file for the waiting jobs.

    Raises BadFile for any other kind of file, a file that is too long, or text that is not UTF-8; OSError if the file
    is missing.
    """
    readers = {".json": read_json_rows, ".csv": read_csv_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise BadFile(f"{path.name} is neither .json nor .csv")
    try:
        rows, errors = reader(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} {NOT_UTF_8}") from None
    return match_rows(rows, errors, waiting, decided_by)


def read_json_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The valid items, and the errors of the other items."""
    try:
        items = read_json(text)
    except json.JSONDecodeError as error:
        return [], [RowError(Location(error.lineno), f"is not valid JSON ({error.msg})")]
    except ValueError as error:
        return [], [RowError(Location(1), f"the file cannot be read: {error}")]
    if not isinstance(items, list):
        return [], [RowError(Location(1), 'the file must be a list, as [{"restaurant": "…", "answer": {"kind": "…"}}]')]
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    for number, value in enumerate(items, start=1):
        try:
            item = _Item.model_validate(value)
            if item.answer is not None:
                location = Location(number, "item")
                rows.append(AnswerRow(location, item.restaurant, item.gate, item.answer, item.job, item.visit))
        except ValidationError as error:
            errors.append(RowError(Location(number, "item"), "; ".join(reasons(error))))
    return rows, errors


def match_rows(
    rows: Sequence[AnswerRow],
    errors: Sequence[RowError],
    waiting: Sequence[WaitingJob],
    decided_by: str,
    channel: Channel = Channel.CLI,
) -> AnswersFile:
    """The rows as answers of the waiting jobs; each job is answered once."""
    answers: list[SubmittedAnswer] = []
    wrong = list(errors)
    locations: dict[UUID, Location] = {}
    remarks: list[RowError] = []
    for row in rows:
        try:
            job = find_job(row, waiting)
            if job.job_id in locations:
                raise ValueError(f"{job.restaurant!r} is answered already, at {locations[job.job_id]}")
            answers.append(_submitted(job, row, decided_by, channel))
            locations[job.job_id] = row.location
            remarks.extend(RowError(row.location, remark) for remark in describe_corrections(row.answer))
        except ValueError as error:
            wrong.append(RowError(row.location, str(error)))
    return AnswersFile(tuple(answers), tuple(sorted(wrong, key=lambda error: error.at)), locations, tuple(remarks))


def _submitted(job: WaitingJob, row: AnswerRow, decided_by: str, channel: Channel) -> SubmittedAnswer:
    return SubmittedAnswer(
        job_id=job.job_id,
        gate=job.gate,
        visit=job.visit,
        answer=read_answer(row, job),
        decided_by=decided_by,
        channel=channel,
    )
