"""Decisions from a file, the second door of the gates: every row is checked, and all that is wrong is said at once.

JSON is a list of objects:

    {"restaurant": "Jax Burger Shack", "gate": "yolo-config", "answer": {"kind": "go_ahead"}}

`restaurant` is the restaurant's name or id, its external id or the job's id (then it may be called `job`); `gate` and
`visit` may be left out. `answer` is one of the answers in `registration.models.decisions`, null decides later; the
`config` of a `change` may be a part, which is laid over what is proposed. `see` and `allowed`, as an export has them,
are only to be looked at. CSV: see `registration.answers_csv` and `answers_columns`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from registration.answers_csv import read_csv_rows
from registration.answers_rows import AnswerRow, Place, RowError, find_job, read_answer
from registration.bounded_files import read_bytes
from registration.errors import BadFile
from registration.json_reading import read_json
from registration.models.decisions import Door, GivenAnswer
from registration.models.read_otherwise import read_otherwise_in
from registration.models.values import reasons
from registration.models.waiting import WaitingJob


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
        door=Door.CLI,
    )
