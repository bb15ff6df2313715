"""House numbers as they are compared (ranges, letters, halves), and the patterns that parts of an address share."""

import re
import unicodedata
from dataclasses import dataclass

_USUAL = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "−": "-", "~": "-", "∕": "/", "⁄": "/", "\\": "/"})

DASH = "[-–—]"
"""The dashes that `usual_signs` leaves: the text's own spelling is kept."""

BETWEEN_NUMBERS = rf"(?:\s*(?:{DASH}|&)\s*|\s+to\s+)"
"""What stands in a range of house numbers."""

PARTS_OF_ONE = r"(?:1/[2348]|2/3|3/4)"
"""Fractions as house numbers have them; any other is a unit."""

FRACTION = rf"(?:\s?[¼½¾⅓⅔⅛⅜⅝⅞]|(?:\s+|-){PARTS_OF_ONE}(?![\w/])|\s+and\s+a\s+half\b)"
"""What follows a house number that is none by itself: "12½", "12 1/2"."""


def usual_signs(address: str) -> str:
    """The address with the dashes and strokes of other alphabets and of file paths as the usual ones."""
    return address.translate(_USUAL)


def any_case(pattern: str) -> re.Pattern[str]:
    """A pattern for which capitals are no difference."""
    return re.compile(pattern, re.IGNORECASE)


_HALF = any_case(r"and\s+a\s+half")
_LONGEST_RANGE = 10
_NUMBER = any_case(
    rf"(?P<low>\d{{1,6}})(?: ?(?P<letter>[a-z])\b|(?P<low_letter>[a-z]?)(?P<fraction>{FRACTION})[a-z]?|\b)"
    rf"(?:(?P<between>{BETWEEN_NUMBERS})(?P<high>\d{{1,6}})(?P<high_letter>[a-z]?)(?P<high_fraction>{FRACTION}?))?\s+"
)


@dataclass(frozen=True)
class HouseNumber:
    """The numbers from `low` to `high` (None: no number), and where in the text they end."""

    low: int | None = None
    high: int | None = None
    letter: str = ""
    fraction: str = ""
    end: int = 0


def read_number(street: str) -> HouseNumber:
    """The number at the beginning of a street.

    "2-14" may be a range, or the second unit of number 14. A range that is long, or of even and odd numbers, counts as
    its last number, which is right for both; one that goes backwards ("14-2") is no number.
    """
    found = _NUMBER.match(street)
    if found is None:
        return HouseNumber()
    low, high = int(found["low"]), int(found["high"] or found["low"])
    letter = (found["letter"] or found["low_letter"] or "").lower()
    fraction = _plain_fraction(found["fraction"] or "")
    is_dash = re.search(DASH, found["between"] or "") is not None
    if high < low:
        return HouseNumber(end=found.end())
    if is_dash and ((high - low) % 2 or high - low > _LONGEST_RANGE):
        return HouseNumber(
            high, high, found["high_letter"].lower(), _plain_fraction(found["high_fraction"]), found.end()
        )
    return HouseNumber(low, high, letter, fraction, found.end())


def _plain_fraction(text: str) -> str:
    """`½`, `1/2` and "and a half" are one."""
    plain = unicodedata.normalize("NFKC", _HALF.sub("1/2", text)).replace("\N{FRACTION SLASH}", "/")
    return plain.strip(" -")
