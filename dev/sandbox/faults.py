"""What the sandbox was told to do wrong: for whom, where, how and how often."""

import asyncio
from collections.abc import Callable, Container, Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from dev.sandbox.names import WORK_STARTED_BY, Endpoint

TROUBLES = Path(__file__).parent / "data" / "troubles.json"


class Kind(StrEnum):
    """The ways to misbehave."""

    SLOW = "slow"
    SLOW_ANSWER = "slow_answer"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"
    HTML_ERROR = "html_error"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    SUCCESS_FALSE = "success_false"
    NOTHING_DONE = "nothing_done"
    MALFORMED = "malformed"
    HANG = "hang"
    REFUSED = "refused"
    PARTLY_FAILED = "partly_failed"
    EXTRACTION_FAILS = "extraction_fails"
    FAILS = "fails"
    PLAYS = "plays"
    CHANGED_LAYOUT = "changed_layout"
    MISSING_PANEL = "missing_panel"
    FILLED_LATER = "filled_later"
    SPARSE = "sparse"


ACTING = frozenset({Kind.SLOW, Kind.SLOW_ANSWER, Kind.CUT_AFTER, Kind.NOTHING_DONE, Kind.MALFORMED, Kind.PARTLY_FAILED})
"""Kinds where the platform does its work all the same (nothing_done only pretends to)."""
PAGE_KINDS = frozenset(
    {Kind.SLOW, Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.HTML_ERROR, Kind.CUT_BEFORE, Kind.HANG}
    | {Kind.CHANGED_LAYOUT, Kind.MISSING_PANEL, Kind.FILLED_LATER}
)
API_KINDS = frozenset(
    {Kind.SLOW, Kind.UNAVAILABLE, Kind.TOO_MANY, Kind.HTML_ERROR, Kind.CUT_BEFORE, Kind.HANG, Kind.REFUSED}
    | {Kind.MALFORMED, Kind.CHANGED_LAYOUT, Kind.SPARSE}
)
WORK_KINDS = frozenset({Kind.SLOW, Kind.HANG, Kind.EXTRACTION_FAILS})
_REGISTER_KINDS = frozenset({Kind.CHANGED_LAYOUT, Kind.MISSING_PANEL, Kind.FILLED_LATER, Kind.SPARSE})
CALL_KINDS = frozenset(Kind) - {Kind.EXTRACTION_FAILS, Kind.PLAYS} - _REGISTER_KINDS
PLAYED = frozenset({Kind.PLAYS})


class Fault(BaseModel):
    """One misbehaviour.

    `restaurant` is an id, an external id or a name, "*" for all; on register pages a part of what is searched, or the
    company number, of an entity also its NZBN. `times` counts down, None means always. `seconds` is how long it is slow
    or hangs, what Retry-After says, or the wait before anything else goes wrong. `acts` says whether the work is done
    all the same where the kind leaves that open. With `hold`, a slow answer waits until the hold of that name is
    released, instead of for a time. `endpoint` may be "*" too. `fails` is the platform's own failure: HTTP 500, of a
    script with its command line, after its work if `acts` is true. `plays` answers as the contract's case of that name;
    `restaurant` may be an organisation's id.
    """

    model_config = ConfigDict(extra="forbid")

    restaurant: str
    endpoint: Endpoint | str = Field(pattern=r"^[a-z-]+$|^\*$")
    kind: Kind
    times: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, ge=0)
    hold: str | None = Field(default=None, pattern=r"^[a-z0-9-]+$")
    message: str | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    acts: bool | None = None
    case: str | None = None

    @model_validator(mode="after")
    def known(self) -> "Fault":
        """Refuse an endpoint that does not exist; a failing extraction fails in its work, not in its start."""
        if self.endpoint != "*":
            self.endpoint = Endpoint(self.endpoint)
            if self.kind is Kind.EXTRACTION_FAILS:
                self.endpoint = WORK_STARTED_BY.get(self.endpoint, self.endpoint)
        return self

    @property
    def does_the_work(self) -> bool:
        """Whether the effect happens."""
        return self.kind in ACTING if self.acts is None else self.acts

    def concerns(self, endpoint: Endpoint) -> bool:
        """Whether it is about this endpoint."""
        return self.endpoint in ("*", endpoint)


class FaultBook:
    """The faults that are in force, in the order in which they were told."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._holds: dict[str, asyncio.Event] = {}

    def hold(self, name: str) -> asyncio.Event:
        """What is set once the hold of that name is released, whoever comes first."""
        return self._holds.setdefault(name, asyncio.Event())

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self.faults.append(fault)

    def take(self, names: Iterable[str], endpoint: Endpoint, kinds: Container[Kind]) -> Fault | None:
        """The first fault that fits one of the names, counted down."""
        wanted = {name.casefold() for name in names}
        return self._take(lambda fault: fault.restaurant.casefold() in wanted, endpoint, kinds)

    def take_for_page(self, looked_for: str, endpoint: Endpoint, kinds: Container[Kind] = PAGE_KINDS) -> Fault | None:
        """The first fault whose name is part of what is looked for in the register, counted down."""
        text = looked_for.casefold()
        return self._take(lambda fault: fault.restaurant.casefold() in text, endpoint, kinds)

    def _take(self, fits: Callable[[Fault], bool], endpoint: Endpoint, kinds: Container[Kind]) -> Fault | None:
        for fault in self.faults:
            if fault.kind in kinds and fault.concerns(endpoint) and (fault.restaurant == "*" or fits(fault)):
                self._count_down(fault)
                return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if not fault.times:
                self.faults.remove(fault)


def seeded_troubles() -> list[Fault]:
    """The faults of the demo, by external id."""
    return TypeAdapter(list[Fault]).validate_json(TROUBLES.read_text())
