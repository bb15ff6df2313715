"""Opening hours as they are scraped, read into the form that restaurants have (pure).

Scraped are lists of {day, open, close}, of {day, hours{open, close}} and of {day, hours: text}, a {day: …} of any of
these, and texts; times of 24 or of 12 hours (`11:00 AM - 9 PM`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from pydantic import JsonValue

from registration.models.opening_hours import DayHours
from registration.models.opening_hours_text import parse_opening_hours

_TWELVE_HOURS = re.compile(r"\b(1[0-2]|0?[1-9])(?::([0-5]\d))?\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
_ALL_DAY = re.compile(r"\b(?:open\s+)?24\s*(?:hours|hrs|/\s*7)\b", re.IGNORECASE)


def read_scraped_hours(stored: JsonValue) -> tuple[DayHours, ...]:
    """The hours in order; () if closed all week. ValueError names the part that is not understood and why."""
    text = stored if isinstance(stored, str) else _text(_entries(stored))
    return parse_opening_hours(_ALL_DAY.sub("00:00-23:59", _TWELVE_HOURS.sub(_of_24, text)))


def _of_24(match: re.Match[str]) -> str:
    afternoon = match[3].lower() == "p"
    return f"{int(match[1]) % 12 + 12 * afternoon:02d}:{match[2] or '00'}"


def _entries(stored: JsonValue) -> Iterable[tuple[str, Any]]:
    """Each day with its times, in whatever form they are."""
    if isinstance(stored, dict):
        return stored.items()
    if isinstance(stored, list) and all(isinstance(entry, dict) and entry.get("day") for entry in stored):
        entries = cast("list[dict[str, Any]]", stored)
        return [(str(entry["day"]), entry.get("hours", entry)) for entry in entries]
    raise ValueError("neither a text nor a list of days with their times")


def _text(entries: Iterable[tuple[str, Any]]) -> str:
    days: defaultdict[str, list[str]] = defaultdict(list)
    for day, times in entries:
        days[day.strip().capitalize()] += _times(day, times)
    return "; ".join(f"{day} {', '.join(times) or 'closed'}" for day, times in days.items())


def _times(day: str, times: Any) -> list[str]:
    if times is None:
        return []
    if isinstance(times, str):
        return [times]
    if isinstance(times, list):
        return [one for part in cast("list[Any]", times) for one in _times(day, part)]
    match times:
        case {"open": str(opens), "close": str(closes)}:
            return [f"{opens}-{closes}"]
        case _:
            raise ValueError(f"the times of {day} are not understood")
