"""The difference between a server's clock and the database's, measured by the Date headers of the server's answers.

A Date is in whole seconds and servers update it once a second, so the server's time is up to two seconds later. Several
answers narrow the range down to one second. Clocks whose difference is too small to show in a Date count as equal, as
clocks that are synchronised over the network are.
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
"""The maximum age of a measurement: clocks drift, and clocks are reset."""


@dataclass(frozen=True)
class ClockDifference:
    """How far a server's clock is ahead of the database's: a range."""

    least: timedelta = timedelta(0)
    most: timedelta = timedelta(0)


NO_DIFFERENCE = ClockDifference()
UNMEASURED = ClockDifference(timedelta(days=-36500), timedelta(days=36500))


@dataclass(frozen=True)
class _Measured:
    """The server's time minus `time.monotonic()`, in seconds: a range, measured `at` that time."""

    at: float
    least: float
    most: float


class ServerClock:
    """The clock of one server, estimated from its answers."""

    def __init__(self) -> None:
        self._measured: deque[_Measured] = deque(maxlen=_ANSWERS)

    def record_answer(self, headers: Mapping[str, str], sent_at: float, received_at: float) -> None:
        """Record an answer with these headers; `sent_at` and `received_at` are times of `time.monotonic()`."""
        date = date_of(headers)
        if date is not None:
            server_time = date.timestamp()
            self._measured.append(_Measured(received_at, server_time - received_at, server_time + _LATER - sent_at))

    def difference(self, database: datetime, sent_at: float, received_at: float) -> ClockDifference:
        """The difference from the database's clock, which showed `database` between `sent_at` and `received_at`."""
        fresh = [measured for measured in self._measured if received_at - measured.at <= _SECONDS]
        if not fresh:
            return UNMEASURED  # without a measurement, times of the two clocks are not compared
        least, most = _common(reversed(fresh))
        database_time = database.timestamp()
        least, most = least - (database_time - sent_at), most - (database_time - received_at)
        return (
            NO_DIFFERENCE if least <= 0 <= most else ClockDifference(timedelta(seconds=least), timedelta(seconds=most))
        )


def now() -> float:
    """The clock by which answers are measured."""
    return time.monotonic()


def _common(latest_first: Iterable[_Measured]) -> tuple[float, float]:
    """The range on which all measurements agree, from the latest back to the first that contradicts it."""
    least, most = float("-inf"), float("inf")
    for measured in latest_first:
        if max(least, measured.least) > min(most, measured.most):
            break
        least, most = max(least, measured.least), min(most, measured.most)
    return least, most
