"""What the patterns of several parts of an address share: capitals, dashes and strokes, ranges, halves."""

import re

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
