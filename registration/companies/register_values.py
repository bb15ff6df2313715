"""Values of the register that both sources share: placeholders, days by New Zealand's clock, phone numbers."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

_NOUNS = (
    r"(?:trading|business)[ -]names?|web ?sites?|web ?pages?|(?:phone|telephone|mobile|fax|contact)(?: numbers?)?"
    r"|e-?mails?(?: address(?:es)?)?|gst(?: numbers?)?|(?:postal |office |delivery |invoice |service )?address(?:es)?"
    r"|(?:industry |business )?classifications?|bic codes?|data|details?|information|value"
)
_SAID = r"(?:provided|recorded|registered|supplied|available|specified|listed|given|entered|held|found|on record)"
_PLACEHOLDER = re.compile(
    rf"no (?:{_NOUNS})(?:\(s\)|\(es\))?(?: (?:is |are |has been |have been )?{_SAID})?"
    rf"|(?:not|none|nothing) (?:applicable|known|disclosed|shown|displayed|set|{_SAID})"
    r"|none|nil|null|undefined|unknown|n/?a|-+|\N{EN DASH}|\N{EM DASH}|\.+",
    re.IGNORECASE,
)
_FRAME = "()[]. \t\N{NO-BREAK SPACE}"


def is_placeholder(text: str) -> bool:
    """Whether the whole text says that there is no value. A bar called "No Name Bar" has a name."""
    plain = " ".join(text.split())
    framed = plain.strip(_FRAME)
    return not framed or any(_PLACEHOLDER.fullmatch(one) for one in (plain, framed))


REGISTER_TIME = ZoneInfo("Pacific/Auckland")


def is_over(end: date | None) -> bool:
    """Whether what ends on a day has ended; an end that is still to come was only announced."""
    return end is not None and end <= datetime.now(REGISTER_TIME).date()


def is_to_come(start: date | None) -> bool:
    """Whether what begins on a day was only announced so far."""
    return start is not None and start > datetime.now(REGISTER_TIME).date()


_TRUNK_ZERO = re.compile(r"^\+64[\s-]*(?:\(0\)|0)+[\s-]*")
_INTERNATIONAL = re.compile(r"^00(?=[1-9])")


def written(number: str) -> str:
    """As "+64 4 8015521": the country with a plus, and no zero after New Zealand's."""
    return _TRUNK_ZERO.sub("+64 ", _INTERNATIONAL.sub("+", number))


def phones_before_faxes(numbers: Iterable[tuple[str, bool]]) -> list[str]:
    """Phones in their order, then those that are told to be a fax; none if nobody can be called."""
    listed = list(numbers)
    phones = [number for number, is_fax in listed if not is_fax]
    return phones + [number for number, is_fax in listed if is_fax] if phones else []
