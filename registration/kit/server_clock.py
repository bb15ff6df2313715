"""What time it is at a server, measured by the Date of its answers.

A Date says whole seconds, and servers renew it once a second: the time is up to two seconds later. Several answers
narrow that down to one. Clocks whose difference is too small to show in a Date are taken to agree, as those do that are
set by the network.
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from registration.kit.http import date_of

_ANSWERS = 32
_LATER = 2.0
_SECONDS = 300.0
"""Clocks drift, and are set: what was measured before says nothing today."""


@dataclass(frozen=True)
class Apart:
    """How far a server's clock is ahead of the database's, at least and at most."""

    least: timedelta = timedelta(0)
    most: timedelta = timedelta(0)


TOGETHER = Apart()
UNMEASURED = Apart(timedelta(days=-36500), timedelta(days=36500))


@dataclass(frozen=True)
class _Measured:
    """The server's time less `time.monotonic()`, in seconds: between `least` and `most`, as it was `at` that time."""

    at: float
    least: float
    most: float


class ServerClock:
    """The clock of one server, as its answers show it."""

    def __init__(self) -> None:
        self._measured: deque[_Measured] = deque(maxlen=_ANSWERS)

    def heard(self, headers: Mapping[str, str], asked: float, answered: float) -> None:
        """An answer with these headers came; `asked` and `answered` are by `time.monotonic()`."""
        date = date_of(headers)
        if date is not None:
            said = date.timestamp()
            self._measured.append(_Measured(answered, said - answered, said + _LATER - asked))

    def apart(self, database: datetime, asked: float, answered: float) -> Apart:
        """How far the clock is from the database's, which said what time it was between `asked` and `answered`."""
        fresh = [one for one in self._measured if answered - one.at <= _SECONDS]
        if not fresh:
            return UNMEASURED  # no time decides anything
        least, most = _common(reversed(fresh))
        said = database.timestamp()
        least, most = least - (said - asked), most - (said - answered)
        return TOGETHER if least <= 0 <= most else Apart(timedelta(seconds=least), timedelta(seconds=most))


def now() -> float:
    """The time by which answers are measured."""
    return time.monotonic()


def _common(latest_first: Iterable[_Measured]) -> tuple[float, float]:
    """What all measurements agree on, from the latest back to the first that contradicts it."""
    least, most = float("-inf"), float("inf")
    for one in latest_first:
        if max(least, one.least) > min(most, one.most):
            break
        least, most = max(least, one.least), min(most, one.most)
    return least, most
