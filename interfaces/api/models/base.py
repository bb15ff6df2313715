"""What the bodies share: times in UTC, no unknown fields, `success` in every good answer; the body of a problem."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from registration.kit.values import Blank, Line


def _in_utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


Timestamp = Annotated[datetime, AfterValidator(_in_utc)]
"""RFC 3339, in UTC."""


class Body(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", from_attributes=True, json_schema_serialization_defaults_required=True
    )


class Asked(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WithReason(Asked):
    """A request that a person may give a reason for."""

    why: Blank[Line] = Field(default=None, description="The reason, for the record.")


def reason_of(asked: WithReason | None) -> str | None:
    """The reason, also of a request without a body."""
    return asked.why if asked else None


class Answer(Body):
    """A good answer."""

    success: Literal[True] = True


class Pagination(Body):
    """Which part of a list this is."""

    total: int
    limit: int
    offset: int
    has_more: bool

    @classmethod
    def of(cls, total: int, limit: int, offset: int) -> "Pagination":
        """The part from `offset`."""
        return cls(total=total, limit=limit, offset=offset, has_more=offset + limit < total)


class Page(Answer):
    """One page of a list."""

    total_count: int = Field(description="How many there are, on all pages.")
    pagination: Pagination


class FieldProblem(Body):
    """What is wrong with one field: a JSON pointer into the body, or `?name` of the query."""

    pointer: str
    reason: str


class Problem(Body):
    """Why a request was not done."""

    type: str = Field(description="A page that explains the code.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    code: str = Field(description="The reason, for programs.")
    hint: str | None = Field(description="What to do next.")
    errors: list[FieldProblem] = []
    request_id: str
    success: Literal[False] = False
    error: str = Field(description="Detail and hint in one sentence.")
