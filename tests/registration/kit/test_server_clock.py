"""What time it is at a server."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from registration.kit.server_clock import NO_DIFFERENCE, UNMEASURED, ClockDifference, ServerClock

NOON = datetime(2026, 11, 29, 12, 0, 0, 400_000, tzinfo=UTC)
"""At second 1000 of `time.monotonic()`, by the database."""


def _heard(clock: ServerClock, ahead: float, at: float, took: float = 0.1, renewed_late: float = 0.0) -> None:
    """An answer of a server that is `ahead` of the database; `at` and `took` in seconds of `time.monotonic()`."""
    theirs = NOON + timedelta(seconds=at - 1000 + ahead - renewed_late)
    headers = {"date": format_datetime(theirs.replace(microsecond=0), usegmt=True)}
    clock.record_answer(headers, at - took / 2, at + took / 2)


def _apart(clock: ServerClock) -> ClockDifference:
    return clock.difference(NOON, 999.99, 1000.01)


@pytest.mark.parametrize("ahead", [3.0, -3.0, 3600.0])
def test_clocks_that_are_apart_are_measured(ahead: float) -> None:
    """One answer shows it within two seconds, several within one; slow ones do no harm."""
    clock = ServerClock()
    _heard(clock, ahead, 999.5)
    once = _apart(clock)
    assert once.least.total_seconds() <= ahead <= once.most.total_seconds() <= once.least.total_seconds() + 2.2
    for number in range(20):
        _heard(clock, ahead, 970 + number * 1.37, took=5 if number % 2 else 0.01, renewed_late=0.5)
    often = _apart(clock)
    assert often.least.total_seconds() <= ahead <= often.most.total_seconds() <= often.least.total_seconds() + 1.3


def test_a_difference_too_small_for_a_date_is_none() -> None:
    """Clocks that are set by the network agree."""
    clock = ServerClock()
    for number in range(20):
        _heard(clock, 0.002, 980 + number * 0.93)
    assert _apart(clock) == NO_DIFFERENCE


def test_a_clock_that_was_set_is_measured_anew() -> None:
    """Answers from before the change say nothing."""
    clock = ServerClock()
    for number in range(5):
        _heard(clock, 3.0, 900 + number)
    for number in range(5):
        _heard(clock, -60.0, 990 + number)
    assert -62 < _apart(clock).least.total_seconds() < -59


def test_without_a_date_nothing_is_known() -> None:
    """Neither without answers, nor with old ones, nor if they have none that can be read."""
    clock = ServerClock()
    assert _apart(clock) == UNMEASURED
    _heard(clock, 0.0, 600)
    clock.record_answer({}, 999, 1000)
    for unreadable in ("yesterday", f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT", f"Fri, 31 Dec 2026 23:59:59 +{'9' * 20}"):
        clock.record_answer({"date": unreadable}, 999, 1000)
    assert _apart(clock) == UNMEASURED
