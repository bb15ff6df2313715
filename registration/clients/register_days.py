"""Days of the register, by the clock of New Zealand."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

REGISTER_TIME = ZoneInfo("Pacific/Auckland")


def is_over(end: date | None) -> bool:
    """Whether what ends on a day has ended; an end that is still to come was only announced."""
    return end is not None and end <= datetime.now(REGISTER_TIME).date()


def is_to_come(start: date | None) -> bool:
    """Whether what begins on a day was only announced so far."""
    return start is not None and start > datetime.now(REGISTER_TIME).date()
