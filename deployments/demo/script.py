"""The script of the demo: which restaurants, what is decided about each, and how each must end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from registration.csv_import import NumberedRow, read_restaurants
from registration.questions.labels import title
from registration.resolving import Resolution
from registration.states import JobStatus
from registration.sub_steps import SubStepName

_DATA = Path(__file__).resolve().parents[2] / "sandbox" / "data"
RESTAURANTS = _DATA / "restaurants.csv"
DECISIONS = _DATA / "decisions.json"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByHand(_Strict):
    """No company of the register: these details are typed in, under the names of the form's fields."""

    by_hand: dict[str, str]


Company = Literal["recommended", "no_match"] | Annotated[str, Field(pattern=r"^number:\d+$")] | ByHand
"""The best candidate, none, the one with this number, or details by hand."""


class Decision(_Strict):
    """What is decided about one restaurant, and how it must end; a reason is quoted in part.

    `unknown` is what a person finds out about sub-steps of which nobody else can tell whether they happened.
    """

    company: Company
    unknown: dict[SubStepName, Resolution] = {}
    expected: JobStatus
    expected_reason_contains: str | None


@dataclass(frozen=True)
class Role:
    """One restaurant of the list with its decision; `title` is what the gates' forms call it."""

    row: NumberedRow
    decision: Decision

    @property
    def title(self) -> str:
        """`NAME (City)`."""
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
