"""Parameters of lists: comma lists, pages, and the closed lists of values they are checked against."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, TypeVar

from fastapi import Query, Request
from pydantic import AwareDatetime, BeforeValidator

from interfaces.api.models.base import FieldProblem
from interfaces.api.problems import ProblemError, first_of

MOST_BATCHES = 100
MOST_ROWS = 1000
_MOST_OFFSET = 1_000_000
_MOST_CHARACTERS = 2000
_LONGEST_NAME, _MOST_NAMED = 100, 20
Value = TypeVar("Value", bound=Enum)
Member = TypeVar("Member")

CommaList = Annotated[str | None, Query(max_length=_MOST_CHARACTERS, description="Several, separated by commas.")]
Search = Annotated[str | None, Query(max_length=200, description="A part of a name, without regard to capitals.")]


def _no_number(value: object) -> object:
    """Raises ValueError for seconds since 1970, which the description of a time does not offer."""
    if isinstance(value, str) and value.replace(".", "", 1).lstrip("+-").isdecimal():
        raise ValueError("is no time: RFC 3339, with the offset")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]
Offset = Annotated[int, Query(ge=0, le=_MOST_OFFSET, description="How many are passed over.")]


def each_once(request: Request) -> None:
    """A dependency that refuses a parameter with two values, of which one would be passed over."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    repeated = [
        FieldProblem(pointer=f"?{name[:_LONGEST_NAME]}", reason="is given more than once")
        for name, count in given.items()
        if count > 1
    ]
    if repeated:
        raise first_of(repeated[:_MOST_NAMED], status=422, code="INVALID_REQUEST")


def words(value: str | None) -> tuple[str, ...]:
    """The members of a comma list. Characters that the database cannot store match nothing, so they go."""
    return tuple(filter(None, (one.replace("\0", "").strip() for one in (value or "").split(","))))


def stripped(value: str | None) -> str | None:
    """A text to search for; None for a blank one."""
    return (value or "").replace("\0", "").strip() or None


def members(name: str, value: str | None, member: Callable[[str], Member]) -> frozenset[Member]:
    """The members of a comma list as values of a closed list. Raises ProblemError (422), never leaves one out."""
    found: set[Member] = set()
    for one in words(value):
        try:
            found.add(member(one))
        except ValueError:
            wrong = FieldProblem(pointer=f"?{name}", reason="has a value that is none of those offered")
            detail = f"{wrong.pointer}: {wrong.reason}"
            raise ProblemError(422, "INVALID_REQUEST", detail, errors=(wrong,)) from None
    return frozenset(found)


@dataclass(frozen=True)
class Part:
    """Which part of a list is asked for."""

    limit: int
    offset: int
