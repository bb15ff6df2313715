"""Retry-After, in both of its forms."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from registration.kit.http import retry_after


def _wait(value: str | None, date: str | None = None) -> float | None:
    headers = {"retry-after": value, "date": date}
    return retry_after(httpx.Headers({name: said for name, said in headers.items() if said is not None}))


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def test_seconds_and_dates_are_read() -> None:
    """A date is a wait until then, and none if it has passed."""
    now = datetime.now(UTC)
    assert _wait("60") == 60
    assert _wait(_date(now + timedelta(seconds=90)), _date(now)) == 90
    assert _wait(_date(now - timedelta(days=1)), _date(now)) == 0


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_date_is_compared_with_the_clock_of_who_wrote_it(hours: int) -> None:
    """Whose clock is hours away from ours: the wait is the difference of its own two dates."""
    theirs = datetime.now(UTC) + timedelta(hours=hours)
    assert _wait(_date(theirs + timedelta(seconds=90)), _date(theirs)) == 90


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_date_without_a_clock_beside_it_is_compared_with_ours(date: str | None) -> None:
    """There is no better one."""
    wait = _wait(_date(datetime.now(UTC) + timedelta(hours=1)), date)
    assert wait is not None
    assert 0 < wait <= 3600


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_anything_else_says_nothing(value: str | None) -> None:
    """Whoever waits then decides alone."""
    assert _wait(value) is None
