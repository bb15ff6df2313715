"""Times of the day as people and pages write them: `5–10 PM`, `11:30 AM – 2:30 PM`, `17h30-22h`, `9.30am to noon`.

A time that may be in the morning or in the evening is refused: a restaurant must not appear closed while it is open.
"""

import re
from dataclasses import dataclass
from typing import Self

from registration.kit.opening_hours import Hours
from registration.kit.symbols import plain, unescaped
from registration.leads.hours.week import ALL_DAY

_TIME = r"""
    (?:(?:12\s*)?(?P<{0}word>noon|midday|midnight)
      |(?:(?P<{0}hours>\d\d)(?P<{0}minutes>\d\d)
         |(?P<{0}hour>\d{{1,2}})(?:\s?[:.h]\s?(?P<{0}minute>\d\d)(?::[0-5]\d)?)?)
       (?:\s*(?P<{0}half>[ap])(?:\.?\s?m\.?)?|\s?h(?:rs?|ours)?)?)
"""
_SPAN = re.compile(
    rf"(?:from\s+)?{_TIME.format('o_')}\s*(?:-|~|\bto\b|\bun?til\b|\btill\b)\s*{_TIME.format('c_')}",
    re.IGNORECASE | re.VERBOSE,
)
_HALVES = re.compile(r"\d\s*[ap]\.?\s?m?\b|\bnoon\b|\bmidnight\b|\bmidday\b", re.IGNORECASE)
_OF_24 = re.compile(r"\b(?:0\d|1[3-9]|2[0-4])\s?[:.h]?\s?[0-5]\d\b")
_ONE_FOR_BOTH = re.compile("\\d\\s?(?:\N{EN DASH}|to)\\s?\\d{1,2}(?::\\d\\d)?\\s[AP]M\\b")
_NOON, _DAY = 12 * 60, 24 * 60
_TOO_LONG = 16 * 60
_EVENING = 4 * 60
_MORNING = 7 * 60
_EARLY, _EARLIEST = 6 * 60, 5 * 60
"""No restaurant opens before `_EARLIEST`, and one that opens before `_EARLY` does not stay open into the night."""


@dataclass(frozen=True)
class Clock:
    """How a whole document writes times.

    `of_24`: hours count to 24. `one_for_both`: one AM or PM applies to both times of a span, as Google writes them;
    people who write "9-10pm" may mean nine in the morning. `by_day`: a day opens in the morning and closes in the
    evening, and none is open into the night, so "10-4" means the day.
    """

    of_24: bool
    one_for_both: bool
    by_day: bool

    @classmethod
    def of(cls, document: str) -> Self:
        """The notation of the times in the document."""
        written = plain_text(document)
        halves = _HALVES.search(written) is not None
        google = _one_blank(unescaped(document))
        spans = [(match["o_half"] or "", match["c_half"] or "") for match in _SPAN.finditer(written)]
        ends = {(begin.lower(), end.lower()) for begin, end in spans if begin}
        by_day = ends == {("a", "p")} and "midnight" not in written.lower()
        return cls(not halves and _OF_24.search(written) is not None, _ONE_FOR_BOTH.search(google) is not None, by_day)


@dataclass(frozen=True)
class _Time:
    """One time in minutes since midnight, on a twelve-hour clock if `half` is None and `of_24` is False."""

    minutes: int
    half: str | None = None
    of_24: bool = False

    @property
    def is_clear(self) -> bool:
        return self.of_24 or self.half is not None

    def of_half(self, half: str) -> int:
        return self.minutes % _NOON + (_NOON if half == "p" else 0)

    @property
    def of_day(self) -> int:
        return self.minutes if self.half is None else self.of_half(self.half)


def plain_text(text: str) -> str:
    """The text without entities, with plain dashes and digits and one space for any run of blanks; line breaks stay."""
    return _one_blank(plain(unescaped(text)))


def read_span(text: str, clock: Clock) -> Hours:
    """From opening to closing. Raises ValueError with the reason."""
    match = _SPAN.fullmatch(plain_text(text).strip())
    if match is None:
        raise ValueError(f"{text.strip()!r} is not a time span")
    parts = match.groupdict()
    opens, closes = (_time({name[2:]: part for name, part in parts.items() if name[0] == end}, text) for end in "oc")
    return hours_of(*_minutes(opens, closes, clock, text), text)


def hours_of(opens: int, closes: int, text: str) -> Hours:
    """The hours between two times in minutes since midnight; 24:00 is midnight. Raises ValueError for an empty span."""
    if (opens, closes) == (0, _DAY):
        return ALL_DAY
    if opens >= _DAY or opens == closes % _DAY:
        raise ValueError(f"{text.strip()!r} opens and closes at the same time")
    return Hours(open=_of_day(opens), close=_of_day(closes))


def _time(part: dict[str, str | None], text: str) -> _Time:
    if word := part["word"]:
        return _Time(0 if word.lower() == "midnight" else _NOON, of_24=True)
    hour, minute = int(part["hour"] or part["hours"] or ""), int(part["minute"] or part["minutes"] or 0)
    half = part["half"].lower() if part["half"] else None
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise ValueError(f"{text.strip()!r} is not a time span: there is no such time of the day")
    return _Time(hour * 60 + minute, half, of_24=half is None and (hour > 12 or hour == 0))


def _minutes(opens: _Time, closes: _Time, clock: Clock, text: str) -> tuple[int, int]:
    if clock.of_24 or (opens.of_24 and opens.minutes > _NOON) or (closes.of_24 and closes.minutes > _NOON):
        return _of_24(opens, closes, text)
    if opens.is_clear and closes.is_clear:
        return opens.of_day, closes.of_day
    if closes.half and not opens.is_clear:
        begin, end = opens.of_half(closes.half), closes.of_day
        other = (begin + _NOON) % _DAY
        sure = clock.one_for_both or other < _EARLIEST or (other <= _EARLY and end - begin >= _EVENING)
        if begin < end and sure:
            return begin, end
    into_the_next_half = closes.minutes < opens.minutes and _MORNING <= opens.minutes < _NOON
    if clock.by_day and into_the_next_half and not (opens.is_clear or closes.is_clear):
        return opens.minutes, closes.minutes + _NOON
    raise ValueError(f"{text.strip()!r} does not say whether in the morning or in the evening")


def _of_24(opens: _Time, closes: _Time, text: str) -> tuple[int, int]:
    begin, end = opens.of_day, closes.of_day
    if opens.half or closes.half:
        if not (opens.is_clear and closes.is_clear):
            raise ValueError(f"{text.strip()!r} mixes hours of twelve and of 24")
    elif (end - begin) % _DAY > _TOO_LONG and end < begin:
        raise ValueError(f"{text.strip()!r} does not say whether in the morning or in the evening")
    return begin, end


def _one_blank(text: str) -> str:
    return re.sub(r"[^\S\n]+", " ", text)


def _of_day(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
