"""Converts scraped opening hours to the format of restaurants (pure).

Readable formats: texts; lists of {day, open, close}, of {day, hours}, of {Monday: …} and of "Monday: 5–10 PM"; an
object by day of any of these; and the formats of Google, schema.org and Uber Eats (`published`). A day that cannot be
read is left out, the others stay.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import shorten
from typing import Any, cast

from pydantic import JsonValue

from registration.kit.opening_hours import DayHours, Hours
from registration.leads.hours.published import PUBLISHED, day_fraction, minutes_of_sections
from registration.leads.hours.spans import Clock
from registration.leads.hours.text import read_day, read_text, sittings_of
from registration.leads.hours.week import ScrapedHours, Week

_OPENS, _CLOSES = ("open", "opens", "from", "start"), ("close", "closes", "to", "end")
_LONGEST_STATED, _LONGEST_REASON = 10_000, 300
_NO_FORM = "neither a text nor a list of days with their times"


def read_scraped_hours(stored: JsonValue) -> ScrapedHours:
    """The hours, and the problems of days that cannot be read. Raises ValueError if no day can be read."""
    week = Week()
    try:
        _read(_from_json(stored), week)
    except RecursionError:
        raise ValueError("its parts are nested too deeply") from None
    return week.end()


def read_stated_hours(stated: JsonValue) -> tuple[DayHours, ...]:
    """The hours that a person states, () if closed all week. Raises ValueError if any day cannot be read."""
    if len(json.dumps(stated)) > _LONGEST_STATED:
        raise ValueError(f"longer than {_LONGEST_STATED} characters")
    read = read_scraped_hours(stated)
    if read.problems:
        raise ValueError(shorten("; ".join(read.problems), _LONGEST_REASON, placeholder=" …"))
    return read.hours


def _from_json(stored: Any) -> Any:
    """The value of a text column that contains JSON; any other value unchanged."""
    if isinstance(stored, str) and stored.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(stored)
        except (ValueError, RecursionError):
            return stored
    return stored


def _read(stored: Any, week: Week) -> None:
    if isinstance(stored, str):
        return read_text(stored, week)
    if isinstance(stored, list) and stored and all(isinstance(entry, str) for entry in cast("list[Any]", stored)):
        return read_text("\n".join(cast("list[str]", stored)), week)
    if isinstance(stored, dict):
        return _read_object(cast("dict[str, Any]", stored), week)
    if isinstance(stored, list) and all(isinstance(entry, dict) for entry in cast("list[Any]", stored)):
        clock = Clock.of(json.dumps(stored, ensure_ascii=False))
        for entry in cast("list[dict[str, Any]]", stored):
            _read_entry(entry, clock, week)
        return None
    raise ValueError(_NO_FORM)


def _read_object(stored: dict[str, Any], week: Week) -> None:
    for key, read in PUBLISHED.items():
        if stored.get(key):
            return read(stored[key], week)
    for key in ("regularOpeningHours", "opening_hours", "openingHours", "openingHoursSpecification", "hours"):
        if stored.get(key) and "day" not in stored:
            return _read(stored[key], week)
    if "day" in stored or "dayOfWeek" in stored:
        return _read([stored], week)
    return _read_by_day(stored, Clock.of(json.dumps(stored, ensure_ascii=False)), week)


def _read_entry(entry: dict[str, Any], clock: Clock, week: Week) -> None:
    """One entry of a list: of one day, of several days as in schema.org or Uber Eats, or an object by day."""
    day = entry.get("day") or entry.get("dayOfWeek") or entry.get("dayRange")
    if day is None and not any(name in entry for name in (*_OPENS, *_CLOSES, "day")):
        return _read_by_day(entry, clock, week)
    if not isinstance(day, str | list):
        raise ValueError(_NO_FORM)  # noqa: TRY004 (unreadable as malformed JSON is)
    times = entry.get("hours", entry.get("sectionHours", entry))
    for day_name in [day] if isinstance(day, str) else cast("list[Any]", day):
        read_day(str(day_name), partial(_sittings, times, clock), week)
    return None


def _read_by_day(days: Mapping[str, Any], clock: Clock, week: Week) -> None:
    for day, times in days.items():
        if not day.startswith("@"):
            read_day(day, partial(_sittings, times, clock), week)


def _sittings(times: Any, clock: Clock) -> tuple[Hours, ...]:
    if times is None:
        return ()
    if isinstance(times, str):
        return sittings_of(times, clock) if times.strip() else ()
    if isinstance(times, Sequence):
        parts = [_sittings(part, clock) for part in cast("Sequence[Any]", times)]
        return tuple(sitting for part in parts for sitting in part)
    if isinstance(times, dict):
        return _of_object(cast("dict[str, Any]", times), clock)
    raise ValueError(f"{times!r} is not a time span")


def _of_object(times: dict[str, Any], clock: Clock) -> tuple[Hours, ...]:
    """Opening and closing times under any of their known names."""
    if times.get("closed") is True or times.get("isClosed") is True or times.get("isOpen") is False:
        return ()
    if {"startTime", "endTime"} <= times.keys():
        return minutes_of_sections(times)
    opens, closes = (next((times[name] for name in names if name in times), ...) for names in (_OPENS, _CLOSES))
    if opens is None and closes is None:
        return ()
    fractions = day_fraction(opens, closes)
    if fractions is not None:
        return (fractions,)
    match opens, closes:
        case str(), str() if opens.strip().lower() == closes.strip().lower() == "closed":
            return ()
        case str(), str():
            return sittings_of(f"{opens}-{closes}", clock)
        case _:
            raise ValueError("its times are not understood")
