"""One row of an answer file: the waiting job that it is for, and its answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from registration.configuration.models import YoloConfig, follows_theme
from registration.configuration.website import TEXT_COLOURS
from registration.gates.decisions import ANSWERS, AnyAnswer
from registration.gates.questions.company import refuse_empty_query
from registration.kit.opening_hours_text import parse_opening_hours
from registration.kit.text import folded
from registration.kit.values import Value, reasons
from registration.workflow.steps import GATE_STEPS, GateName

KINDS: dict[GateName, tuple[str, ...]] = {
    GateName.COMPANY_SELECTION: ("confirm_query", "company", "no_match", "search_again", "enter_by_hand", "leave_out"),
    GateName.YOLO_CONFIG: ("go_ahead", "change", "extract_again", "leave_out"),
}


class WaitingJob(Value):
    """A job, the gate where it waits, and the visit; `proposed` is the proposal if it waits at the
    configuration gate.
    """

    job_id: UUID
    gate: GateName
    visit: int
    restaurant: str
    restaurant_id: UUID
    external_id: str | None = None
    proposed: YoloConfig | None = None

    def is_called(self, name: str) -> bool:
        """True if `name` is one of its ids or, ignoring capitals and blanks, its restaurant's name."""
        ids = {str(self.job_id), str(self.restaurant_id), self.external_id}
        return name in ids or name.lower() in ids or folded(name) == folded(self.restaurant)


@dataclass(frozen=True, order=True)
class Location:
    """A location in the file, as line 3 or item 2."""

    number: int
    word: str = "line"

    def __str__(self) -> str:
        return f"{self.word} {self.number}"


@dataclass(frozen=True)
class AnswerRow:
    """A valid row, with its `answer` in the form that the models take.

    A row identifies its restaurant by `job`, by `restaurant`, or by both, which must agree. An exported row carries the
    `visit` of the question that was shown, so it cannot answer a later question.
    """

    location: Location
    restaurant: str | None
    gate: str | None
    answer: dict[str, Any]
    job: str | None = None
    visit: int | None = None

    @property
    def name(self) -> str:
        """The text by which the restaurant is searched."""
        return self.job or self.restaurant or ""


@dataclass(frozen=True)
class RowError:
    """An error of the file and its location."""

    at: Location
    reason: str

    @property
    def location(self) -> str:
        """The location as text."""
        return str(self.at)

    def __str__(self) -> str:
        return f"{self.at}: {self.reason}"


def find_job(row: AnswerRow, waiting: Iterable[WaitingJob]) -> WaitingJob:
    """The job of the row, with the question that the row answers: that of its gate and visit, if it has both.

    The job may have gone on since; its answer is then refused later, with the name of the person who answered. Raises
    ValueError if there is no such job, or more than one.
    """
    if row.gate is not None and row.gate not in list(GATE_STEPS):
        raise ValueError(f"{row.gate!r} is no gate; the gates are {', '.join(GATE_STEPS)}")
    called = [job for job in waiting if job.is_called(row.name)]
    if not called:
        raise ValueError(f"no restaurant {row.name!r} waits for an answer in this batch")
    matching = [job for job in called if row.gate == job.gate] or called
    if len(matching) > 1:
        ids = ", ".join(str(job.job_id) for job in matching)
        raise ValueError(f"several restaurants are called {row.name!r}; name one of the jobs {ids}")
    [job] = matching
    if row.job and row.restaurant and not job.is_called(row.restaurant):
        raise ValueError(f"the job {row.job} is of {job.restaurant!r}, not of {row.restaurant!r}")
    return _at_question(row, job)


def _at_question(row: AnswerRow, job: WaitingJob) -> WaitingJob:
    gate = GateName(row.gate) if row.gate else job.gate
    if row.visit is not None and (gate, row.visit) != (job.gate, job.visit):
        return job.model_copy(update={"gate": gate, "visit": row.visit, "proposed": None})
    if gate is not job.gate:
        raise ValueError(f"{row.name!r} does not wait at {row.gate} but at {job.gate}")
    return job


def read_answer(row: AnswerRow, job: WaitingJob) -> AnyAnswer:
    """The row's answer. Raises ValueError with the errors in it."""
    kind = row.answer.get("kind")
    if kind not in KINDS[job.gate]:
        raise ValueError(f"{kind!r} is no answer at {job.gate}; its answers are {', '.join(KINDS[job.gate])}")
    answer = dict(row.answer)
    if isinstance(answer.get("config"), dict):
        answer["config"] = _laid_over_proposal(answer["config"], job.proposed)
    try:
        read = ANSWERS[job.gate].validate_python(answer)
    except ValidationError as error:
        raise ValueError("; ".join(reason.removeprefix(f"{kind}.") for reason in reasons(error))) from error
    refuse_empty_query(read)
    return read


def _laid_over_proposal(answered: dict[str, Any], proposed: YoloConfig | None) -> dict[str, Any]:
    """The configuration in the row, section by section over the proposed one."""
    base = _proposed_sections(proposed) if proposed else {}
    return base | {name: _section(base.get(name, {}), value) for name, value in answered.items()}


def _proposed_sections(proposed: YoloConfig) -> dict[str, Any]:
    """The proposal without the text colours that follow its theme, so that they follow the theme of the answer."""
    sections = proposed.model_dump(mode="json")
    for name in TEXT_COLOURS:
        if follows_theme(proposed.website, name):
            del sections["website"][name]
    return sections


def _section(base: Any, answered: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(answered, dict):
        return answered
    hours = answered.get("opening_hours")
    return base | answered | ({"opening_hours": parse_opening_hours(hours)} if isinstance(hours, str) else {})
