"""Addresses as they are compared: house numbers, street names in long forms, cities."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from registration.matching.cleaning import clean_street
from registration.matching.folding import fold
from registration.matching.places import place_names
from registration.models.company import RegisterQuery

_LONG_FORMS = {
    "street": "st str streets", "road": "rd roads", "avenue": "ave av avenues", "lane": "ln", "place": "pl",
    "crescent": "cres cr crs", "drive": "dr drv", "terrace": "tce terr ter", "boulevard": "blvd bvd", "court": "ct crt",
    "close": "cl", "parade": "pde", "highway": "hwy", "grove": "gr grv", "quay": "qy", "esplanade": "esp",
    "square": "sq", "mount": "mt", "north": "nth", "south": "sth",
}  # fmt: skip
_LONG_FORM = {short: long for long, shorts in _LONG_FORMS.items() for short in shorts.split()}
_NUMBER = re.compile(r"(?P<low>\d+)(?P<letter>[a-z]?)(?:\s*[-–&]\s*(?P<high>\d+)[a-z]?)?\s+", re.IGNORECASE)
_STATE_HIGHWAY = re.compile(r"\b(?:state highway|state hwy|sh) ?(?=\d)")
_DIRECTIONS = ("north", "nth", "south", "sth", "east", "west")


@dataclass(frozen=True)
class Street:
    """A street as it is compared: house numbers from `low` to `high` (None: no number), name in long forms."""

    low: int | None
    high: int | None
    letter: str
    name: str

    @property
    def is_a_house(self) -> bool:
        """Whether it is one building, not a whole street."""
        return self.low is not None and bool(self.name)

    def same_house(self, other: "Street") -> bool:
        """Whether the house numbers meet; a letter counts only if both have one."""
        if self.low is None or self.high is None or other.low is None or other.high is None or self.name != other.name:
            return False
        letters_differ = self.letter and other.letter and self.letter != other.letter
        return self.low <= other.high and other.low <= self.high and not letters_differ


def read_street(address: str) -> Street:
    """The street of an address, ready to compare; an empty name if there is none."""
    text = clean_street(address)
    number = _NUMBER.match(text)
    rest = _STATE_HIGHWAY.sub("highway ", fold(text[number.end() :] if number else text))
    name = " ".join(_long_forms(rest.split()))
    if number is None:
        return Street(None, None, "", name)
    low = int(number["low"])
    return Street(low, max(low, int(number["high"] or low)), number["letter"].lower(), name)


def _long_forms(words: list[str]) -> Iterable[str]:
    """Each word in its long form; "st" is a street at the end or before a direction, else a saint."""
    for word, following in pairwise([*words, ""]):
        is_saint = word == "st" and following not in ("", *_DIRECTIONS)
        yield "saint" if is_saint else _LONG_FORM.get(word, word)


def in_city(city: str, address: str) -> bool:
    """Whether the address names the city or one of its suburbs; a street named after it does not count."""
    if not city:
        return False
    places = f" {fold(address.replace(clean_street(address), ' ', 1))} "
    return any(f" {name} " in places for name in place_names(city))


def is_exact_address(query: RegisterQuery, address: str) -> bool:
    """Whether the address is the house that was asked for, in the city that was asked for."""
    wanted = read_street(query.street)
    return wanted.is_a_house and wanted.same_house(read_street(address)) and in_city(query.city, address)
