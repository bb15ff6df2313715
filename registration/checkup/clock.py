"""Clocks that must agree: leases are counted by the database's, and people read all of them."""

from datetime import UTC, datetime

from registration.checkup.finding import Finding, fine, warning

MOST_SECONDS_APART = 5.0


def judge_clock(whose: str, theirs: datetime) -> Finding:
    """Compare a clock that was read just now with this machine's."""
    apart = abs((theirs - datetime.now(UTC)).total_seconds())
    about = f"clock of {whose}"
    if apart <= MOST_SECONDS_APART:
        return fine(about, f"{apart:.0f} s from this machine's")
    says = f"{apart:.0f} s from this machine's: times in logs and on pages do not fit together"
    return warning(about, says, "let both machines take their time from the network (NTP)")
