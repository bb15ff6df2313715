"""Clocks that must agree: leases are counted by the database's, and people read all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from registration.checkup.finding import Finding, error, fine, warning

MOST_SECONDS_APART = 5.0
FAR_SECONDS_APART = 30.0
"""More than any answer takes to arrive: what was done before a request and after it is told apart by these times."""


def judge_clock(whose: str, theirs: datetime) -> Finding:
    """Compare a clock that was read just now with this machine's."""
    apart = abs((theirs - datetime.now(UTC)).total_seconds())
    about, step = f"clock of {whose}", "let both machines take their time from the network (NTP)"
    says = f"{apart:.0f} s from this machine's"
    if apart <= MOST_SECONDS_APART:
        return fine(about, says)
    if apart <= FAR_SECONDS_APART:
        return warning(about, f"{says}: times in logs and on pages do not fit together", step)
    return error(about, f"{says}: what happened before a request and after it can be mixed up", step)


def judge_date(whose: str, headers: Mapping[str, str]) -> list[Finding]:
    """The same by the Date of an HTTP answer, which is whole seconds; nothing if it has none that can be read."""
    try:
        theirs = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return []
    return [judge_clock(whose, theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))]
