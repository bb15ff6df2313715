"""From a restaurant's own words to what the register is asked. The original is kept beside it by whoever asks."""

import re

from registration.matching.folding import fold
from registration.matching.names import clean_name
from registration.matching.streets import clean_street
from registration.models.company import RegisterQuery
from registration.models.signs import as_read, unescaped

__all__ = ["clean_city", "clean_name", "clean_query", "clean_street"]

_POSTCODE = re.compile(r"[\s,]+\d{3,4}(?:[.,]0+)?$")
"""Also one that a spreadsheet took for a number: 0310 as 310, 1010 as 1010.0."""


def clean_city(city: str) -> str:
    """`city` on one line, without postcode."""
    return _POSTCODE.sub("", as_read(city)).strip(" ,")


def clean_query(name: str, address: str | None, city: str | None) -> RegisterQuery:
    """What is searched first for a restaurant; each part may come out empty. Never raises."""
    town = clean_city(city or "")
    street = clean_street(unescaped(address or ""))
    is_only_the_town = fold(street) == fold(town)
    return RegisterQuery(name=clean_name(name, town), street="" if is_only_the_town else street, city=town)
