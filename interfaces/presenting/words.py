"""Durations, counts and states in words, for people."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_FEW: Final = 10


def duration(seconds: float) -> str:
    """`12 s`, `5 min`, `2 h 5 min`, `3 days`: the two largest parts, where the second one still says something."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest and minutes < _FEW else f"{minutes} min"
    if whole < _DAY:
        hours, rest = divmod(whole, _HOUR)
        minutes = rest // _MINUTE
        return f"{hours} h {minutes} min" if minutes and hours < _FEW else f"{hours} h"
    days = whole // _DAY
    return "1 day" if days == 1 else f"{days} days"


def since(moment: datetime) -> str:
    """How long ago a moment is."""
    return duration((datetime.now(UTC) - moment).total_seconds())


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 restaurant`, `3 restaurants`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def agreeing(number: int, many: str, one: str) -> str:
    """The verb that agrees with the number: `wait` for several, `waits` for one."""
    return one if number == 1 else many


def listed(names: Iterable[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
