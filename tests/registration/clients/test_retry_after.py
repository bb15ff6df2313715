"""Retry-After, in both of its forms."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from registration.clients.retry_after import retry_after


def _wait(value: str | None) -> float | None:
    return retry_after(httpx.Headers({} if value is None else {"retry-after": value}))


def test_seconds_and_dates_are_read() -> None:
    """A date is a wait until then, and none if it has passed."""
    now = datetime.now(UTC)
    assert _wait("60") == 60
    assert _wait(format_datetime(now + timedelta(seconds=90), usegmt=True)) == pytest.approx(90, abs=5)
    assert _wait(format_datetime(now - timedelta(days=1), usegmt=True)) == 0


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_anything_else_says_nothing(value: str | None) -> None:
    """Whoever waits then decides alone."""
    assert _wait(value) is None
