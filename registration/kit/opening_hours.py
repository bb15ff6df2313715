"""Opening hours: one entry per sitting, 24 h; a sitting that ends after midnight is one entry that ends on the next
day.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from registration.kit.values import Value

_MINUTES_A_DAY = 24 * 60
_MINUTES_A_WEEK = 7 * _MINUTES_A_DAY
_MOST_SITTINGS = 70
Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""HH:MM, 00:00 to 23:59."""


class Day(StrEnum):
    """The days of the week, spelled as the platform spells them."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return list(Day).index(self)


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


class Hours(Value):
    """From `open` to `close`; a `close` before `open` is on the next day."""

    open: Time
    close: Time

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.open == self.close:
            raise ValueError(f"opens and closes at {self.open}; all day is 00:00-23:59")
        return self

    @property
    def minutes(self) -> int:
        """The length of the sitting in minutes."""
        return (_minutes(self.close) - _minutes(self.open)) % _MINUTES_A_DAY


class DayHours(Value):
    """One sitting of one day, in the platform's shape {day, hours{open, close}}."""

    day: Day
    hours: Hours

    @property
    def start(self) -> int:
        """Minutes since Monday 00:00."""
        return self.day.number * _MINUTES_A_DAY + _minutes(self.hours.open)

    def __str__(self) -> str:
        return f"{self.day} {self.hours.open}-{self.hours.close}"


def in_order(entries: Iterable[DayHours]) -> tuple[DayHours, ...]:
    """The entries by day and time. Raises ValueError if two overlap, also over midnight and from Sunday to Monday."""
    ordered = tuple(sorted(entries, key=lambda entry: entry.start))
    for earlier, later in pairwise(ordered):
        _refuse_overlap(earlier, later, later.start)
    if len(ordered) > 1:
        _refuse_overlap(ordered[-1], ordered[0], ordered[0].start + _MINUTES_A_WEEK)
    return ordered


def _refuse_overlap(earlier: DayHours, later: DayHours, later_start: int) -> None:
    if earlier.start + earlier.hours.minutes > later_start:
        raise ValueError(f"{earlier} and {later} overlap")


OpeningHours = Annotated[tuple[DayHours, ...], Field(max_length=_MOST_SITTINGS), AfterValidator(in_order)]
"""The hours of a week in order, without overlaps; a day without an entry is closed."""
