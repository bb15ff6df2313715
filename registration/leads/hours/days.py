"""Days of the week as people and pages write them: `Mon-Fri`, `Mo,We`, `Sundays`, `weekdays`, `schema.org/Monday`."""

import re

from registration.kit.opening_hours import Day
from registration.kit.symbols import plain, unescaped

_WORD = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\b\.?"
_TWO_LETTERS = r"(?-i:Mo|Tu|We|Th|Fr|Sa|Su)\b(?=\s*[-,:&/]|\s+\d|\s+(?:off|closed)|\s*$)"
_GROUPS = {
    "daily": tuple(Day), "everyday": tuple(Day), "7days": tuple(Day), "7daysaweek": tuple(Day), "allweek": tuple(Day),
    "weekdays": tuple(Day)[:5], "weekends": tuple(Day)[5:], "weekend": tuple(Day)[5:],
}  # fmt: skip
_GROUP = r"daily|every\s?day|7\s?days(?:\s?a\s?week)?|all\s?week|weekdays|weekends?"
_ONE = rf"(?:{_GROUP}|{_WORD}|{_TWO_LETTERS})"
_RANGE = r"(?:-|\bto\b|\bthrough\b|\bthru\b)"
_LIST = r"(?:,|&|/|\+|\band\b)"

DAYS = re.compile(rf"\b{_ONE}(?:[ \t]*(?:{_RANGE}|{_LIST}|(?<=\s))[ \t]*{_ONE})*", re.IGNORECASE)
"""Days, ranges of days and lists of days in a text without HTML entities and unusual dashes."""


def read_days(text: str) -> tuple[Day, ...]:
    """The days that a text names. Raises ValueError if it contains anything else."""
    name = text.rpartition("/")[2] if "//" in text else text
    written = " ".join(plain(unescaped(name)).split()).rstrip(" :")
    if not DAYS.fullmatch(written):
        raise ValueError(f"{text.strip()!r} is not a day")
    together = re.sub(_GROUP, lambda group: "".join(group[0].split()), written, flags=re.IGNORECASE)
    ranges = re.sub(rf"\s*{_RANGE}\s*", "-", together, flags=re.IGNORECASE)
    parts = re.split(rf"\s*{_LIST}\s*|\s+", ranges, flags=re.IGNORECASE)
    return tuple(dict.fromkeys(day for part in parts if part for day in _range(part, text)))


def _range(part: str, text: str) -> tuple[Day, ...]:
    ends = [_day(day) for day in part.split("-")]
    if len(ends) == 1:
        return ends[0]
    if len(ends) > 2 or any(len(end) != 1 for end in ends):
        raise ValueError(f"{text.strip()!r} is not a range of days")
    first, last = ends[0][0].number, ends[1][0].number
    return tuple(list(Day)[number % 7] for number in range(first, first + (last - first) % 7 + 1))


def _day(written: str) -> tuple[Day, ...]:
    word = written.casefold().rstrip(".")
    group = _GROUPS.get("".join(word.split()))
    return group or tuple(day for day in Day if day.casefold()[:2] == word[:2])
