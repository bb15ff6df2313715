"""House numbers in comparable form (ranges, letters, fractions), and patterns shared by several parts of an address."""

import re
import unicodedata
from dataclasses import dataclass

_USUAL = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "−": "-", "~": "-", "∕": "/", "⁄": "/", "\\": "/"})

DASH = "[-–—]"
"""The dashes that `usual_signs` keeps, so that the spelling of the text stays."""

BETWEEN_NUMBERS = rf"(?:\s*(?:{DASH}|&)\s*|\s+to\s+)"
"""The separators in a range of house numbers."""

PARTS_OF_ONE = r"(?:1/[2348]|2/3|3/4)"
"""The fractions that occur in house numbers; any other fraction is a unit."""

FRACTION = rf"(?:\s?[¼½¾⅓⅔⅛⅜⅝⅞]|(?:\s+|-){PARTS_OF_ONE}(?![\w/])|\s+and\s+a\s+half\b)"
"""The fraction after a house number: "12½", "12 1/2"."""
_LONGEST_RANGE = 10


def usual_signs(address: str) -> str:
    """The address with unusual dashes and slashes replaced by the common ones."""
    return address.translate(_USUAL)


def any_case(pattern: str) -> re.Pattern[str]:
    """A case-insensitive pattern."""
    return re.compile(pattern, re.IGNORECASE)


_HALF = any_case(r"and\s+a\s+half")
_NUMBER = any_case(
    rf"(?P<low>\d{{1,6}})(?: ?(?P<letter>[a-z])\b|(?P<low_letter>[a-z]?)(?P<fraction>{FRACTION})[a-z]?|\b)"
    rf"(?:(?P<between>{BETWEEN_NUMBERS})(?P<high>\d{{1,6}})(?P<high_letter>[a-z]?)(?P<high_fraction>{FRACTION}?))?\s+"
)


@dataclass(frozen=True)
class HouseNumber:
    """The numbers from `low` to `high` (None: no number); `end` is the index in the text after them."""

    low: int | None = None
    high: int | None = None
    letter: str = ""
    fraction: str = ""
    end: int = 0


def read_number(street: str) -> HouseNumber:
    """The number at the beginning of a street.

    "2-14" is a range, or unit 2 of number 14. A range that is long, or mixes even and odd numbers, counts as its last
    number, which is right in both cases; a descending range ("14-2") is no number.
    """
    match = _NUMBER.match(street)
    if match is None:
        return HouseNumber()
    low, high = int(match["low"]), int(match["high"] or match["low"])
    letter = (match["letter"] or match["low_letter"] or "").lower()
    fraction = _plain_fraction(match["fraction"] or "")
    is_dash = re.search(DASH, match["between"] or "") is not None
    if high < low:
        return HouseNumber(end=match.end())
    if is_dash and ((high - low) % 2 or high - low > _LONGEST_RANGE):
        return HouseNumber(
            high, high, match["high_letter"].lower(), _plain_fraction(match["high_fraction"]), match.end()
        )
    return HouseNumber(low, high, letter, fraction, match.end())


def _plain_fraction(text: str) -> str:
    """`½`, `1/2` and "and a half" in one form."""
    plain = unicodedata.normalize("NFKC", _HALF.sub("1/2", text)).replace("\N{FRACTION SLASH}", "/")
    return plain.strip(" -")
