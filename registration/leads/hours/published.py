"""Opening hours in the formats of Google's interface, schema.org and Uber Eats (pure)."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from registration.kit.opening_hours import Day, Hours
from registration.leads.hours.spans import hours_of
from registration.leads.hours.text import read_text
from registration.leads.hours.week import Week

_DAY = 24 * 60
_FRACTION = re.compile(r"[01](?:[.,][0-9]+)?")
_SUNDAY_FIRST = (Day.SUNDAY, *tuple(Day)[:6])
"""Google counts the days from Sunday."""


def read_periods(periods: Any, week: Week) -> None:
    """Google's periods; a single period that opens on Sunday at 0:00 and has no closing time means always open."""
    known = cast("list[Any]", periods) if isinstance(periods, list) else [periods]
    if len(known) == 1 and _moment(known[0], "open") == (0, 0) and not _part(known[0], "close"):
        return week.open(Day, [hours_of(0, _DAY, "all day")])
    for period in known:
        opens = _moment(period, "open")
        if opens is None:
            week.remark(f"{period!r} does not say when it opens")
            continue
        _read_period(opens, _moment(period, "close"), week)
    return None


def _read_period(opens: tuple[int, int], closes: tuple[int, int] | None, week: Week) -> None:
    named = [_SUNDAY_FIRST[opens[0]]]
    if closes is None:
        week.leave_out(named, "the closing time is missing")
    else:
        week.add(named, partial(_sittings, opens, closes))


def _sittings(opens: tuple[int, int], closes: tuple[int, int]) -> tuple[Hours, ...]:
    day, begin = opens
    length = (closes[0] - day) % 7 * _DAY + closes[1] - begin
    if not 0 < length <= _DAY:
        raise ValueError("a period of opening is longer than a day")
    return (hours_of(begin, _DAY if begin + length == _DAY and begin == 0 else closes[1], "its period"),)


def _part(period: Any, name: str) -> dict[str, Any] | None:
    part = cast("dict[str, Any]", period).get(name) if isinstance(period, dict) else None
    return cast("dict[str, Any]", part) if isinstance(part, dict) else None


def _moment(period: Any, name: str) -> tuple[int, int] | None:
    """Day and minutes since midnight, from `time` "1700" or from `hour` and `minute`."""
    part = _part(period, name) or {}
    day, time = part.get("day"), part.get("time")
    if isinstance(time, str) and len(digits := time.replace(":", "")) == 4 and digits.isascii() and digits.isdecimal():
        hour, minute = int(digits[:2]), int(digits[2:])
    else:
        hour, minute = part.get("hour"), part.get("minute", 0)
    match day, hour, minute:
        case int(), int(), int() if 0 <= day < 7 and 0 <= hour < 24 and 0 <= minute < 60:
            return day, hour * 60 + minute
        case _:
            return None


def read_lines(lines: Any, week: Week) -> None:
    """One text per day, from Google or schema.org."""
    read_text("\n".join(map(str, cast("list[Any]", lines))) if isinstance(lines, list) else str(lines), week)


def minutes_of_sections(times: dict[str, Any]) -> tuple[Hours, ...]:
    """Uber Eats' `startTime` and `endTime`, in minutes since midnight."""
    match times["startTime"], times["endTime"]:
        case int(begin), int(end) if 0 <= begin < _DAY and 0 < end <= 2 * _DAY and 0 < end - begin <= _DAY:
            return (hours_of(begin, end if (begin, end) == (0, _DAY) else end % _DAY, f"{begin} to {end} minutes"),)
        case begin, end:
            raise ValueError(f"{begin!r} to {end!r} are not minutes of a day")


def day_fraction(opens: Any, closes: Any) -> Hours | None:
    """Times that a spreadsheet stored as fractions of a day: 0.375 is 9:00. None for other values."""
    parts = [_fraction(time) for time in (opens, closes)]
    if parts[0] is None or parts[1] is None or not any(0 < part < 1 for part in parts if part is not None):
        return None
    begin, end = (round(part * _DAY) for part in (parts[0], parts[1]))
    return hours_of(begin, end, f"{opens} to {closes}")


def _fraction(value: Any) -> float | None:
    if isinstance(value, str) and _FRACTION.fullmatch(value.strip()):
        value = float(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


PUBLISHED: dict[str, Callable[[Any, Week], None]] = {
    "periods": read_periods,
    "weekday_text": read_lines,
    "weekdayText": read_lines,
    "weekdayDescriptions": read_lines,
}
"""The reader by the name of the field; if several fields exist, the first of this order is the most reliable."""
