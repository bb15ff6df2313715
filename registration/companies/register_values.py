"""Values of the register shared by both clients: placeholders, dates in New Zealand's time zone, phone numbers."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

_NOUNS = (
    r"(?:trading|business)[ -]names?|web ?sites?|web ?pages?|(?:phone|telephone|mobile|fax|contact)(?: numbers?)?"
    r"|e-?mails?(?: address(?:es)?)?|gst(?: numbers?)?|(?:postal |office |delivery |invoice |service )?address(?:es)?"
    r"|(?:industry |business )?classifications?|bic codes?|data|details?|information|value"
)
_STATED = r"(?:provided|recorded|registered|supplied|available|specified|listed|given|entered|held|found|on record)"
_PLACEHOLDER = re.compile(
    rf"no (?:{_NOUNS})(?:\(s\)|\(es\))?(?: (?:is |are |has been |have been )?{_STATED})?"
    rf"|(?:not|none|nothing) (?:applicable|known|disclosed|shown|displayed|set|{_STATED})"
    r"|none|nil|null|undefined|unknown|n/?a|-+|\N{EN DASH}|\N{EM DASH}|\.+",
    re.IGNORECASE,
)
_FRAME = "()[]. \t\N{NO-BREAK SPACE}"
REGISTER_TIME = ZoneInfo("Pacific/Auckland")
_TRUNK_ZERO = re.compile(r"^\+64[\s-]*(?:\(0\)|0)+[\s-]*")
_INTERNATIONAL = re.compile(r"^00(?=[1-9])")


def is_placeholder(text: str) -> bool:
    """True if the whole text means that there is no value. A bar called "No Name Bar" has a name."""
    plain = " ".join(text.split())
    framed = plain.strip(_FRAME)
    return not framed or any(_PLACEHOLDER.fullmatch(candidate) for candidate in (plain, framed))


def is_over(end: date | None) -> bool:
    """True if the end date is reached; a future end is only announced."""
    return end is not None and end <= datetime.now(REGISTER_TIME).date()


def is_future(start: date | None) -> bool:
    """True if the start date is in the future."""
    return start is not None and start > datetime.now(REGISTER_TIME).date()


def format_phone(number: str) -> str:
    """The number as "+64 4 8015521": the country code with a plus, and no trunk zero after New Zealand's."""
    return _TRUNK_ZERO.sub("+64 ", _INTERNATIONAL.sub("+", number))


def phones_before_faxes(numbers: Iterable[tuple[str, bool]]) -> list[str]:
    """The phones in their order, then the faxes; empty if there is no phone."""
    listed = list(numbers)
    phones = [number for number, is_fax in listed if not is_fax]
    return phones + [number for number, is_fax in listed if is_fax] if phones else []
