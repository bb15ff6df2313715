"""The towns and suburbs around a restaurant, and how near an address is to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from registration.companies.matching.towns import (
    KNOWN,
    KNOWN_TOWNS,
    around_suburb,
    town_form,
    town_words,
    with_suburbs,
)
from registration.companies.matching.words import read_table

_POSTCODE = re.compile(r"(?<!\d)(\d{4})(?:[\s,]*(?:new zealand|nz|aotearoa))?[\s.]*$", re.IGNORECASE)
_TWO_DIGITS = 2
_AROUND_A_TOWN = re.compile(r"\s+(?:city|central|cbd|region|district|town|new zealand|nz)$", re.IGNORECASE)
_DISTRICTS = {town_form(district): areas for district, areas in read_table("districts.txt").items()}
_AREAS = {town_form(town): areas for town, areas in read_table("postcodes.txt").items()} | _DISTRICTS
"""The postal areas (first two digits of the postcodes) of each town, and of each district, which has many towns."""


@dataclass(frozen=True)
class Locality:
    """The part of an address after its street, and the first two digits of its postcode."""

    text: str
    postal_area: str

    def names(self, town: str) -> bool:
        """True if the locality contains the town or suburb, in whole words."""
        return f" {town} " in f" {self.text} "


def read_locality(address: str, street: str) -> Locality:
    """The part of `address` after `street`; the whole address if it does not contain the street."""
    whole, before = town_form(address), town_form(street)
    _, separator, rest = whole.partition(before) if before else (whole, "", "")
    postcode = _POSTCODE.search(address)
    return Locality(rest.strip() if separator else whole, postcode[1][:_TWO_DIGITS] if postcode else "")


@dataclass(frozen=True)
class Surroundings:
    """The location of a restaurant.

    `names`: its town with all suburbs and, if it is a suburb, the town around it. `suburbs`: the suburbs that its own
    address names; a town without suburbs is its own. `near_words`: the words of its district, town, suburb and street,
    which may name its branch. `words`: `near_words`, and the words of all suburbs if its address names none. `areas`:
    the postal areas of its town. `wider_areas`: the postal areas of the town that its suburb belongs to.
    """

    names: frozenset[str] = frozenset()
    suburbs: frozenset[str] = frozenset()
    near_words: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    wider_areas: frozenset[str] = frozenset()
    is_a_district: bool = False

    @property
    def is_known(self) -> bool:
        """True if the town is in a table; small towns and districts may be missing."""
        return bool(self.areas or self.wider_areas or self.names & KNOWN)


NOWHERE = Surroundings()


@lru_cache(maxsize=256)
def surroundings(city: str, street: str = "", written: str = "") -> Surroundings:
    """The location of the restaurant, from its city, its street and its address as written."""
    towns = [town for part in city.split(",") if (town := town_form(_town(part)))]
    if not towns:
        return NOWHERE
    wider = frozenset[str]().union(*map(around_suburb, towns))
    names = wider.union(towns, *map(with_suburbs, towns))
    nearby = names.union(*map(with_suburbs, wider))
    suburbs = _suburbs(towns, nearby - wider, street, written)
    near_words = _words(*towns, *wider, *suburbs, *_districts(towns), street) | _initials(towns)
    words = near_words if suburbs else near_words | _words(*nearby)
    is_a_district = any(town in _DISTRICTS for town in towns)
    return Surroundings(names, suburbs, near_words, words, _areas(towns), _areas(wider), is_a_district)


def _suburbs(towns: Iterable[str], nearby: frozenset[str], street: str, written: str) -> frozenset[str]:
    """The suburbs that the city or the address as written names."""
    named_part = read_locality(written, street) if written else Locality("", "")
    named = (town for town in nearby if town in towns or named_part.names(town))
    return frozenset(town for town in named if len(with_suburbs(town)) == 1)


def _town(city: str) -> str:
    shorter = _AROUND_A_TOWN.sub("", city.strip())
    return _town(shorter) if shorter != city.strip() else shorter


def _words(*names: str) -> frozenset[str]:
    """The words of town and street names, without numbers."""
    return frozenset(word for town in names for word in town_form(town).split() if not word[0].isdigit())


def _initials(towns: Iterable[str]) -> frozenset[str]:
    """The initials of towns with several words: "pn" for Palmerston North."""
    return frozenset("".join(word[0] for word in town.split()) for town in towns if " " in town)


def _districts(towns: Iterable[str]) -> frozenset[str]:
    """The districts that share a postal area with the towns."""
    areas = _areas(towns)
    return frozenset(district for district, others in _DISTRICTS.items() if areas & others)


def _areas(towns: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_AREAS.get(town, frozenset()) for town in towns))


class Nearness(IntEnum):
    """How near two addresses are, from elsewhere to the same suburb."""

    ELSEWHERE = 0
    UNKNOWN = 1
    REGION = 2
    TOWN = 3
    SUBURB = 4


def nearness(around: Surroundings, locality: Locality) -> Nearness:
    """How near an address is. The postcode decides where names are ambiguous: there is more than one Richmond."""
    if not around.names:
        return Nearness.UNKNOWN
    if _is_in_the_town(around, locality):
        return Nearness.SUBURB if any(map(locality.names, around.suburbs)) else Nearness.TOWN
    if not around.is_known:
        return Nearness.UNKNOWN
    if locality.postal_area:
        return Nearness.REGION if around.areas and _may_be_in_the_region(around, locality) else Nearness.ELSEWHERE
    return Nearness.ELSEWHERE if town_words(tuple(locality.text.split())) else Nearness.UNKNOWN


def _is_in_the_town(around: Surroundings, locality: Locality) -> bool:
    """True if the address names the town or a suburb of it, or has its postcode and names no other town."""
    if _may_be_in_the_region(around, locality) and any(map(locality.names, around.names)):
        return True
    is_area = locality.postal_area in around.areas | around.wider_areas
    return is_area and (around.is_a_district or not any(map(locality.names, KNOWN_TOWNS)))


def _may_be_in_the_region(around: Surroundings, locality: Locality) -> bool:
    """True if the first digit of the postcode fits the town, or is unknown for either of the two."""
    area, areas = locality.postal_area, around.areas
    return not areas or not area or area[0] in {known[0] for known in areas}
