"""The unit or floor of a building in an address."""

import re
from dataclasses import dataclass

from registration.companies.matching.house_numbers import PARTS_OF_ONE, usual_signs

_UNIT = re.compile(
    r"\b(?:shop|shp|unit|suite|ste|flat|flt|kiosk|tenancy|apartment|apt|office|stall|store)s?[.\s#]*(?:no\.?\s*)?"
    r"(?P<named>[a-z]{0,2}\d+[a-z]?|[a-z])\b"
    rf"|(?<![\w/])(?<!level )(?<!lvl )(?<!floor )(?!(?<=\d[ -]){PARTS_OF_ONE}\s)"
    r"(?P<before>\d+[a-z]?|[a-z]\d*)\s*/\s*(?=\d+[a-z]?\b)",
    re.IGNORECASE,
)
_UPSTAIRS = re.compile(
    r"\b(?:level|lvl|floor)s?[.\s]*(?:[1-9]\d*|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|\b(?:first|second|third|fourth|fifth|sixth|top|upper|\d+(?:st|nd|rd|th))\s+(?:floor|level|flr)\b",
    re.IGNORECASE,
)
_MANY_SHOPS = re.compile(
    r"\b(?:westfield|mall|food\s*court|shopping\s+cent(?:re|er)|shopping\s+town|plaza|kiosk|airport|terminal|arcade"
    r"|town\s+cent(?:re|er)|outlet\s+cent(?:re|er)|sylvia\s+park|commercial\s+bay|retail\s+park|night\s+market)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unit:
    """A part of a building; an empty name if the address names none."""

    name: str
    is_upstairs: bool


def read_unit(address: str) -> Unit:
    """The shop, unit or suite, and whether it is above the ground floor ("7/59 Dominion Road" → unit 7)."""
    match = _UNIT.search(usual_signs(address))
    name = (match["named"] or match["before"] or "").lower().lstrip("0") if match else ""
    return Unit(name, _UPSTAIRS.search(address) is not None)


def has_many_shops(address: str) -> bool:
    """True if the address is a mall, a food court or an airport: many unrelated businesses in one building."""
    return _MANY_SHOPS.search(address) is not None
