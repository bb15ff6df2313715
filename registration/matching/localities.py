"""Where an address is, as far as it says so."""

import re
from dataclasses import dataclass

from registration.matching.place_forms import place_form

_POSTCODE = re.compile(r"(?<!\d)(\d{4})(?:[\s,]*(?:new zealand|nz|aotearoa))?[\s.]*$", re.IGNORECASE)
_TWO_DIGITS = 2


@dataclass(frozen=True)
class Locality:
    """The part of an address after its street, and the first two digits of its postcode."""

    text: str
    postal_area: str

    def names(self, place: str) -> bool:
        """Whether the place is named, in whole words."""
        return f" {place} " in f" {self.text} "


def read_locality(address: str, street: str) -> Locality:
    """What of `address` follows `street`; all of it if the street is not in it."""
    whole, before = place_form(address), place_form(street)
    _, found, rest = whole.partition(before) if before else (whole, "", "")
    postcode = _POSTCODE.search(address)
    return Locality(rest.strip() if found else whole, postcode[1][:_TWO_DIGITS] if postcode else "")
