"""Postcodes at the end of an address or a town, which spreadsheets take for numbers: 0110 as 110, 1010 as 1010.0."""

import re

_AT_THE_END = re.compile(
    r"(?P<place>.*?(?P<word>[^\W\d_]{3,})[.,]?[\s,]+)(?P<digits>\d{3,4})(?P<decimals>[.,]0+)?"
    r"(?P<country>,?\s*(?:New\s+Zealand|Aotearoa|NZ))?",
    re.IGNORECASE,
)
_NUMBERED = frozenset({
    "unit", "shop", "suite", "level", "floor", "flat", "room", "apartment", "apt", "lot", "box", "bag", "number",
    "kiosk", "street", "road", "avenue", "ave", "lane", "drive", "place", "terrace", "crescent", "way", "highway",
    "quay", "parade", "delivery", "route", "building", "stall", "store", "hangar", "pier", "wharf",
})  # fmt: skip
"""A number behind one of these is its own."""
_LOWEST = 110


def with_postcode(text: str) -> str:
    """The text with its postcode as New Zealand writes it, in four digits; as it is if it has none."""
    match = _AT_THE_END.fullmatch(text)
    if match is None:
        return text
    digits = match["digits"]
    lost = len(digits) == 3 and int(digits) >= _LOWEST and match["word"].casefold() not in _NUMBERED
    if not (lost or (len(digits) == 4 and match["decimals"])):
        return text
    return f"{match['place']}{digits.zfill(4)}{match['country'] or ''}"
