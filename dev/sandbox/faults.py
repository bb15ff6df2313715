"""The faults that tests and demo inject: for which restaurant, at which endpoint, of which kind, how often."""

import asyncio
import math
import time
from collections.abc import Callable, Container, Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from dev.sandbox.names import WORK_STARTED_BY, Endpoint

TROUBLES = Path(__file__).parent / "data" / "troubles.json"


class Kind(StrEnum):
    """The kinds of misbehaviour."""

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
"""Kinds where the effect happens nevertheless (nothing_done only reports it)."""
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
    """One fault.

    `restaurant` is an id, an external id or a name, "*" for all; on register pages a part of the search text or the
    company number, for an entity also its NZBN. `endpoint` may be "*" too. `times` counts down, None means always.
    `seconds` is the duration of a slow or hanging answer, the value of Retry-After, or the delay before any other
    fault. `lasts` is the time for which the fault is in force, in seconds of the unscaled clock. `acts` decides whether
    the effect happens where the kind leaves that open. With `hold`, slow work or a slow answer waits until the hold of
    that name is released, instead of for a time. `fails` is the platform's own failure: HTTP 500, for a script with its
    command line, after its work if `acts` is true. `plays` answers with the contract's case of that name; `restaurant`
    may be an organisation's id.
    """

    model_config = ConfigDict(extra="forbid")

    restaurant: str
    endpoint: Endpoint | str = Field(pattern=r"^[a-z-]+$|^\*$")
    kind: Kind
    times: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, ge=0)
    lasts: float | None = Field(default=None, ge=0)
    hold: str | None = Field(default=None, pattern=r"^[a-z0-9-]+$")
    message: str | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    acts: bool | None = None
    case: str | None = None

    @model_validator(mode="after")
    def known(self) -> "Fault":
        """Refuse an unknown endpoint; an extraction can fail in its background work, not in its start."""
        if self.endpoint != "*":
            self.endpoint = Endpoint(self.endpoint)
            if self.kind is Kind.EXTRACTION_FAILS:
                self.endpoint = WORK_STARTED_BY.get(self.endpoint, self.endpoint)
        return self

    @property
    def does_the_work(self) -> bool:
        """True if the effect happens."""
        return self.kind in ACTING if self.acts is None else self.acts

    def concerns(self, endpoint: Endpoint) -> bool:
        """True if the fault is for this endpoint."""
        return self.endpoint in ("*", endpoint)


class FaultBook:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._ends: dict[int, float] = {}
        self._holds: dict[str, asyncio.Event] = {}

    def hold(self, name: str) -> asyncio.Event:
        """The event that is set when the hold of that name is released; created by the first caller."""
        return self._holds.setdefault(name, asyncio.Event())

    def add(self, fault: Fault, lasts: float = math.inf) -> None:
        """Put a fault in force, for so many real seconds."""
        self.faults.append(fault)
        self._ends[id(fault)] = time.monotonic() + lasts

    def clear(self, endpoints: Container[str] | None = None) -> None:
        """Remove all faults, or those of some endpoints."""
        self.faults = [fault for fault in self.faults if endpoints is not None and fault.endpoint not in endpoints]

    def in_force(self) -> list[Fault]:
        """The faults whose time is not over, oldest first."""
        now = time.monotonic()
        self.faults = [fault for fault in self.faults if self._ends[id(fault)] > now]
        return self.faults

    def take(self, names: Iterable[str], endpoint: Endpoint, kinds: Container[Kind]) -> Fault | None:
        """The first fault that matches one of the names, counted down."""
        wanted = {name.casefold() for name in names}
        return self._take(lambda fault: fault.restaurant.casefold() in wanted, endpoint, kinds)

    def take_for_page(self, looked_for: str, endpoint: Endpoint, kinds: Container[Kind] = PAGE_KINDS) -> Fault | None:
        """The first fault whose name is a part of the register's search text, counted down."""
        text = looked_for.casefold()
        return self._take(lambda fault: fault.restaurant.casefold() in text, endpoint, kinds)

    def _take(self, fits: Callable[[Fault], bool], endpoint: Endpoint, kinds: Container[Kind]) -> Fault | None:
        for fault in self.in_force():
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
