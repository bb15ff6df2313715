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
from registration.workflow.steps import GateName


class WaitingJob(Value):
    """Who waits where, and for which visit; `proposed` is what the configuration gate proposes, if it waits there."""

    job_id: UUID
    gate: GateName
    visit: int
    restaurant: str
    restaurant_id: UUID
    external_id: str | None = None
    proposed: YoloConfig | None = None

    def is_called(self, name: str) -> bool:
        """Whether `name` is one of its ids or, without regard to capitals and blanks, its restaurant's name."""
        ids = {str(self.job_id), str(self.restaurant_id), self.external_id}
        return name in ids or name.lower() in ids or folded(name) == folded(self.restaurant)


KINDS: dict[GateName, tuple[str, ...]] = {
    GateName.COMPANY_SELECTION: ("confirm_query", "company", "no_match", "search_again", "enter_by_hand", "leave_out"),
    GateName.YOLO_CONFIG: ("go_ahead", "change", "extract_again", "leave_out"),
}


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the file, as line 3 or item 2."""

    number: int
    word: str = "line"

    def __str__(self) -> str:
        return f"{self.word} {self.number}"


@dataclass(frozen=True)
class AnswerRow:
    """A row that could be read, with its `answer` as the models take it.

    It names its restaurant by `job`, by `restaurant`, or by both, which must agree. An exported row carries the `visit`
    of the question that was shown: to a later question it is no answer.
    """

    place: Place
    restaurant: str | None
    gate: str | None
    answer: dict[str, Any]
    job: str | None = None
    visit: int | None = None

    @property
    def name(self) -> str:
        """By what the restaurant is looked for."""
        return self.job or self.restaurant or ""


@dataclass(frozen=True)
class RowError:
    """What is wrong, and where."""

    at: Place
    reason: str

    @property
    def place(self) -> str:
        """Where, in words."""
        return str(self.at)

    def __str__(self) -> str:
        return f"{self.at}: {self.reason}"


def find_job(row: AnswerRow, waiting: Iterable[WaitingJob]) -> WaitingJob:
    """The job that the row is for, with the question that the row answers: if it carries a gate and a visit those,
    also when the job has gone on since (then it is refused later, with who answered it). ValueError if there is no such
    job, or more than one.
    """
    if row.gate is not None and row.gate not in list(GateName):
        raise ValueError(f"{row.gate!r} is no gate; the gates are {', '.join(GateName)}")
    called = [job for job in waiting if job.is_called(row.name)]
    if not called:
        raise ValueError(f"no restaurant {row.name!r} waits for an answer in this batch")
    found = [job for job in called if row.gate == job.gate] or called
    if len(found) > 1:
        ids = ", ".join(str(job.job_id) for job in found)
        raise ValueError(f"several restaurants are called {row.name!r}; name one of the jobs {ids}")
    [job] = found
    if row.job and row.restaurant and not job.is_called(row.restaurant):
        raise ValueError(f"the job {row.job} is of {job.restaurant!r}, not of {row.restaurant!r}")
    return _asked(row, job)


def _asked(row: AnswerRow, job: WaitingJob) -> WaitingJob:
    gate = GateName(row.gate) if row.gate else job.gate
    if row.visit is not None and (gate, row.visit) != (job.gate, job.visit):
        return job.model_copy(update={"gate": gate, "visit": row.visit, "proposed": None})
    if gate is not job.gate:
        raise ValueError(f"{row.name!r} does not wait at {row.gate} but at {job.gate}")
    return job


def read_answer(row: AnswerRow, job: WaitingJob) -> AnyAnswer:
    """The row's answer; ValueError says what is wrong with it."""
    kind = row.answer.get("kind")
    if kind not in KINDS[job.gate]:
        raise ValueError(f"{kind!r} is no answer at {job.gate}; its answers are {', '.join(KINDS[job.gate])}")
    answer = dict(row.answer)
    if isinstance(answer.get("config"), dict):
        answer["config"] = _over_proposal(answer["config"], job.proposed)
    try:
        read = ANSWERS[job.gate].validate_python(answer)
    except ValidationError as error:
        raise ValueError("; ".join(reason.removeprefix(f"{kind}.") for reason in reasons(error))) from error
    refuse_empty_query(read)
    return read


def _over_proposal(given: dict[str, Any], proposed: YoloConfig | None) -> dict[str, Any]:
    """The given part of a configuration, section by section over the proposed one."""
    base = _proposed_sections(proposed) if proposed else {}
    return base | {name: _section(base.get(name, {}), value) for name, value in given.items()}


def _proposed_sections(proposed: YoloConfig) -> dict[str, Any]:
    """The proposal without the text colours that follow its theme: they go on following the theme that is given."""
    sections = proposed.model_dump(mode="json")
    for name in TEXT_COLOURS:
        if follows_theme(proposed.website, name):
            del sections["website"][name]
    return sections


def _section(base: Any, given: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(given, dict):
        return given
    hours = given.get("opening_hours")
    return base | given | ({"opening_hours": parse_opening_hours(hours)} if isinstance(hours, str) else {})
