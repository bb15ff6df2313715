"""Opening hours that were scraped as a text: days, each followed by its times, on one line or several (pure)."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from registration.kit.opening_hours import Day, Hours
from registration.leads.hours.days import DAYS, read_days
from registration.leads.hours.spans import Clock, plain_text, read_span
from registration.leads.hours.week import ALL_DAY, Week

_ALWAYS = re.compile(
    r"(?:open\s+)?(?:24\s*(?:hours|hrs?|h)(?:\s+a\s+day)?|24\s*/\s*7|all\s+day|00:00\s*-\s*24:00)", re.IGNORECASE
)
_CLOSED = re.compile(r"closed|off|closed\s+all\s+day", re.IGNORECASE)
_CLOSED_BEFORE = re.compile(rf"\bclosed(?:[ ]on)?[ ]+(?P<days>{DAYS.pattern})(?=[ ]*(?:[;\n.,]|$))", re.IGNORECASE)
_BETWEEN = re.compile(r"[,&;\n]|\s/\s|\band\b|\bthen\b", re.IGNORECASE)
_LINES = dict.fromkeys(map(ord, "|\N{DOT OPERATOR}\N{MIDDLE DOT}\N{BULLET}"), "\n")
_HOLIDAYS = re.compile(r"\b(?:(?-i:PH)|public\s+holidays?)\b[^;\n]*", re.IGNORECASE)
_MEAL = re.compile(r"^(?:breakfast|brunch|lunch|dinner)\s*:?\s*", re.IGNORECASE)
_AROUND = " \t\n:;,.-|"


def read_text(text: str, week: Week) -> None:
    """Add every day of the text to `week`. Raises ValueError if the text has times without a day."""
    clock, written = Clock.of(text), plain_text(text).translate(_LINES)
    if _HOLIDAYS.search(written):
        week.remark("public holidays are left out")
        written = _HOLIDAYS.sub("", written)
    written = _CLOSED_BEFORE.sub(r"\g<days> closed", written)
    matches = list(DAYS.finditer(written))
    before = written[: matches[0].start()] if matches else written
    if not matches and (every := _whole_day(before.strip(_AROUND))) is not None:
        return week.open(Day, every)
    if not matches or any(character.isdigit() for character in before):
        raise ValueError(f"{before.strip()!r} names no day")
    ends = [match.start() for match in matches[1:]] + [len(written)]
    for match, end in zip(matches, ends, strict=True):
        read_day(match[0], partial(sittings_of, written[match.end() : end], clock), week)
    return None


def read_day(days: str, read: Callable[[], Iterable[Hours]], week: Week) -> None:
    """Add the days that a text names, with the sittings that `read` returns."""
    try:
        named = read_days(days)
    except ValueError as error:
        week.remark(str(error))
    else:
        week.add(named, read)


def sittings_of(times: str, clock: Clock) -> tuple[Hours, ...]:
    """The sittings in the text of one day; () if it is closed. Raises ValueError naming the unreadable part."""
    text = plain_text(times).strip(_AROUND)
    if (whole := _whole_day(text)) is not None:
        return whole
    if not text:
        raise ValueError("no times are given")
    return tuple(read_span(part, clock) for part in _parts(text))


def _parts(text: str) -> Iterator[str]:
    for part in _BETWEEN.split(text):
        if times := _MEAL.sub("", part.strip(_AROUND)):
            yield times


def _whole_day(text: str) -> tuple[Hours, ...] | None:
    """The sittings for "closed" or "all day"; None for any other text."""
    if _CLOSED.fullmatch(text):
        return ()
    return (ALL_DAY,) if _ALWAYS.fullmatch(text) else None
