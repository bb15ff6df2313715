"""Opening hours as people write them: `Mon-Fri 11:00-21:30; Sat 11:00-23:00; Sun closed`.

Parts are separated by `;` (or a new line). A part is days, then `closed` or times. Days: `Mon`, `Mon-Fri`, `Mon,Wed`,
`daily`. Times: `11:00-21:30`, several sittings with commas.
"""

import re
from itertools import groupby

from pydantic import JsonValue, TypeAdapter

from registration.kit.opening_hours import Day, DayHours, Hours, OpeningHours, in_order
from registration.kit.symbols import plain, unescaped

_PART = re.compile(r"(?P<days>[^\d]*?)[\s:]*(?P<times>closed|\d.*)", re.IGNORECASE)
_TIMES = re.compile(
    r"(?P<open>\d{1,2}:\d{2})(?::\d{2})?\s*(?:-|to)\s*(?P<close>\d{1,2}:\d{2})(?::\d{2})?", re.IGNORECASE
)
_TWELVE_HOURS = re.compile(r"(1[0-2]|0?[1-9])(?::([0-5]\d))?(?::[0-5]\d)?\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
_EVERY_DAY = ("daily", "every day", "everyday")
_ADAPTER: TypeAdapter[tuple[DayHours, ...]] = TypeAdapter(OpeningHours)


def parse_opening_hours(text: str) -> tuple[DayHours, ...]:
    """Hours from text, in order; () if closed all week. Raises ValueError naming the part that cannot be read."""
    parts = [part.strip() for part in re.split(r"[;\n]", plain(unescaped(text))) if part.strip()]
    if not parts:
        raise ValueError("no opening hours given")
    entries: list[DayHours] = []
    seen: dict[Day, str] = {}
    for part in parts:
        days, hours = _part(part)
        for day in days:
            if day in seen:
                raise ValueError(f"{day} is given twice: in {seen[day]!r} and in {part!r}")
            seen[day] = part
            entries += [DayHours(day=day, hours=sitting) for sitting in hours]
    return in_order(entries)


def _part(part: str) -> tuple[list[Day], list[Hours]]:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is not understood; write it as Mon-Fri 11:00-21:30 or Sun closed")
    days = match["days"].strip()
    if match["times"].lower() == "closed":
        return _days(days or "daily", part), []
    if not days:
        raise ValueError(f"{part!r} names no day; write it as Mon-Fri 11:00-21:30")
    return _days(days, part), [_sitting(times.strip(), part) for times in match["times"].split(",")]


def _days(text: str, part: str) -> list[Day]:
    if text.casefold() in _EVERY_DAY:
        return list(Day)
    return [day for item in re.split(r",|&|\band\b", text) for day in _range(item.strip(), part)]


def _range(text: str, part: str) -> list[Day]:
    ends = [_day(end.strip(), part) for end in re.split(r"-|\bto\b", text)]
    if len(ends) > 2:
        raise ValueError(f"{text!r} in {part!r} is not a range of days")
    first, last = ends[0].number, ends[-1].number
    return [list(Day)[number % 7] for number in range(first, first + (last - first) % 7 + 1)]


def _day(text: str, part: str) -> Day:
    letters = text.casefold().rstrip(".")
    days = [day for day in Day if len(letters) >= 3 and day.casefold().startswith(letters.removesuffix("s"))]
    if len(days) != 1:
        raise ValueError(f"{text!r} in {part!r} is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    return days[0]


def _sitting(text: str, part: str) -> Hours:
    # A span with only one AM or PM is ambiguous.
    of_24 = _TWELVE_HOURS.sub(_of_24, text) if len(_TWELVE_HOURS.findall(text)) == 2 else text
    match = _TIMES.fullmatch(of_24)
    if match is None:
        raise ValueError(f"{text!r} in {part!r} is not a time span; write 11:00-21:30 (24 h)")
    opens, closes = match["open"].zfill(5), match["close"].zfill(5)
    for time in (opens, closes):
        if int(time[:2]) > 23 or int(time[3:]) > 59:
            raise ValueError(f"{time} in {part!r} is not a time of the day (00:00 to 23:59; midnight is 00:00)")
    if opens == closes:
        raise ValueError(f"{part!r} opens and closes at {opens}; all day is 00:00-23:59")
    return Hours(open=opens, close=closes)


def _of_24(match: re.Match[str]) -> str:
    afternoon = match[3].lower() == "p"
    return f"{int(match[1]) % 12 + 12 * afternoon:02d}:{match[2] or '00'}"


def format_opening_hours(entries: tuple[DayHours, ...]) -> str:
    """The entries as text that `parse_opening_hours` reads back unchanged; `closed` if there are none."""
    times = {day: _times(day, entries) for day in Day}
    parts = [(list(days), text) for text, days in groupby(Day, key=times.__getitem__) if text]
    return "; ".join(f"{_span(days)} {text}" for days, text in parts) or "closed"


def _times(day: Day, entries: tuple[DayHours, ...]) -> str:
    return ", ".join(f"{entry.hours.open}-{entry.hours.close}" for entry in entries if entry.day is day)


def _span(days: list[Day]) -> str:
    if len(days) == 7:
        return "daily"
    return days[0][:3] if len(days) == 1 else f"{days[0][:3]}-{days[-1][:3]}"


def read_opening_hours(stored: JsonValue) -> tuple[DayHours, ...]:
    """Hours from any stored form: a list of entries, {day: {open, close}}, or text. Raises ValueError for any other
    form.
    """
    if isinstance(stored, str):
        return parse_opening_hours(stored)
    if isinstance(stored, dict):
        stored = [{"day": day.capitalize(), "hours": hours} for day, hours in stored.items() if hours is not None]
    return _ADAPTER.validate_python(stored)
