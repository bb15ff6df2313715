"""The script of the demo: the restaurants, the answer to each question, and how each restaurant must end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from dev.gate_forms.schema import DemoError, Question
from registration.gates.form_answers import DECIDED_BY
from registration.gates.questions.company import ENTER_BY_HAND, NO_MATCH, USE_DETAILS
from registration.gates.questions.config import CHANGE, GO_AHEAD
from registration.gates.wording import title
from registration.operations.resolve import Resolution
from registration.restaurants.csv_import import NumberedRow, read_restaurants
from registration.states import JobStatus
from registration.workflow.sub_steps import SubStepName

_DATA = Path(__file__).resolve().parents[2] / "dev" / "sandbox" / "data"
RESTAURANTS = _DATA / "restaurants.csv"
DECISIONS = _DATA / "decisions.json"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByHand(_Strict):
    """No company of the register: these details are entered by hand, under the names of the form's fields."""

    by_hand: dict[str, str]


Company = Literal["recommended", "no_match"] | Annotated[str, Field(pattern=r"^number:\d+$")] | ByHand
"""The best candidate, no match, the company with this number, or details by hand."""


class Decision(_Strict):
    """The decision about one restaurant, and its expected end; the reason is a part of the real one.

    `unknown` holds a person's findings about sub-steps that only a person can check.
    """

    company: Company
    unknown: dict[SubStepName, Resolution] = {}
    expected: JobStatus
    expected_reason_contains: str | None


@dataclass(frozen=True)
class Role:
    """One restaurant of the list with its decision; `title` is its title in the gates' forms."""

    row: NumberedRow
    decision: Decision

    @property
    def title(self) -> str:
        """The restaurant in the titles of the forms: `NAME (City)`."""
        return title(self.row.restaurant.name, self.row.restaurant.city)


def read_script(restaurants: Path = RESTAURANTS, decisions: Path = DECISIONS) -> tuple[Role, ...]:
    """The roles in the list's order. Raises ValueError for a restaurant without decision, a bad row or decision."""
    read = read_restaurants(restaurants)
    if read.errors:
        raise ValueError(f"{restaurants}: {'; '.join(map(str, read.errors))}")
    known = TypeAdapter(Mapping[str, Decision]).validate_json(decisions.read_bytes())
    missing = [row.restaurant.name for row in read.rows if row.restaurant.external_id not in known]
    if missing:
        raise ValueError(f"{decisions} says nothing about {', '.join(missing)}")
    return tuple(Role(row, known[row.restaurant.external_id or ""]) for row in read.rows)


NAME = "make demo"
_OF_CANDIDATES = " · "

Input = dict[str, object]
"""Input with which a gate's run is resumed."""


def scripted_input(questions: tuple[Question, ...], roles: Mapping[str, Role]) -> Input:
    """The input for one form; `roles` by the titles of the forms.

    Raises DemoError for an answer that the form does not offer.
    """
    answered: Input = {DECIDED_BY: NAME}
    for question in questions:
        role = roles.get(question.title)
        if role is None:
            raise DemoError(f"a form asks about {question.title}, who is not in the script")
        answered |= _answer(question, role.decision.company)
    return answered


def _answer(question: Question, company: Company) -> Input:
    if GO_AHEAD in question.labels or CHANGE in question.labels:
        return {question.field: _offered(question, GO_AHEAD)}
    if isinstance(company, ByHand) and question.has_details:
        return {question.field: _offered(question, USE_DETAILS), question.details_field: company.by_hand}
    return {question.field: _company_label(question, company)}


def _company_label(question: Question, company: Company) -> str:
    if isinstance(company, ByHand):
        return _offered(question, ENTER_BY_HAND)
    if company == "no_match":
        return _offered(question, NO_MATCH)
    number = company.removeprefix("number:") if company != "recommended" else ""
    candidates = [label for label in question.labels if _OF_CANDIDATES in label and label.endswith(number)]
    if not candidates:
        raise DemoError(f"{question.title}: the register found no such company ({company})\n{question.evidence}")
    return candidates[0]


def _offered(question: Question, label: str) -> str:
    if label not in question.labels:
        offered = ", ".join(question.labels)
        raise DemoError(f"{question.title}: “{label}” is not offered, only {offered}\n{question.evidence}")
    return label
