"""Clocks that must agree: leases are counted by the database's, and people read all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from registration.checkup.finding import Finding, error, fine, warning
from registration.clients.http_dates import date_of

MOST_SECONDS_APART = 5.0
FAR_SECONDS_APART = 30.0
"""More than any answer takes to arrive."""
DECIDING_SECONDS_APART = 1.0
"""The limit for clocks whose times decide whether something happened before or after a request."""


def judge_clock(
    whose: str, theirs: datetime, *, decides: bool = False, exact_to: float = 0.0, since: datetime | None = None
) -> Finding:
    """Compare a clock that was read just now, or `since` that time, with this machine's.

    `exact_to`: it may be so many seconds later than it says. `decides`: outcomes are told apart by its times.
    """
    ended = datetime.now(UTC)
    begun = since or ended
    ahead = (theirs - ended).total_seconds()
    behind = (begun - theirs - timedelta(seconds=exact_to)).total_seconds()
    apart = max(ahead, behind, 0.0)
    about, step = f"clock of {whose}", "let both machines take their time from the network (NTP)"
    says = f"{apart:.0f} s from this machine's"
    if apart > (DECIDING_SECONDS_APART if decides else FAR_SECONDS_APART):
        return error(about, f"{says}: what happened before a request and after it can be mixed up", step)
    if apart <= MOST_SECONDS_APART:
        return fine(about, says)
    return warning(about, f"{says}: times in logs and on pages do not fit together", step)


def judge_date(
    whose: str, headers: Mapping[str, str], *, decides: bool = False, since: datetime | None = None
) -> list[Finding]:
    """The same by the Date of an HTTP answer, which is whole seconds; nothing if it has none that can be read."""
    theirs = date_of(headers)
    return [] if theirs is None else [judge_clock(whose, theirs, decides=decides, exact_to=1.0, since=since)]
