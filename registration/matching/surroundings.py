"""Where a restaurant is: its town, what is around it, and the words by which its branch may be called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from registration.matching.localities import Locality, read_locality
from registration.matching.place_forms import KNOWN, around_suburb, place_form, with_suburbs
from registration.matching.tables import read_table

_AROUND_A_TOWN = re.compile(r"\s+(?:city|central|cbd|region|district|town|new zealand|nz)$", re.IGNORECASE)

_DISTRICTS = {place_form(district): areas for district, areas in read_table("districts.txt").items()}
_AREAS = {place_form(town): areas for town, areas in read_table("postcodes.txt").items()} | _DISTRICTS
"""The first two digits of a town's postcodes, and of a district's with many towns."""


@dataclass(frozen=True)
class Surroundings:
    """Where a restaurant is.

    `names` are its town with all suburbs and, of a suburb, the town around it; `suburbs` those that its own address
    names, a town without any is its own; `near_words` the words of its district, town, suburb and street, by which its
    branch may be called; `words` these and those of all suburbs if it names none; `areas` the postal areas of the town,
    `wider_areas` those of the town that it is a suburb of.
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
        """Whether any table knows the town; a small one or a district may be in none."""
        return bool(self.areas or self.wider_areas or self.names & KNOWN)


NOWHERE = Surroundings()


@lru_cache(maxsize=256)
def surroundings(city: str, street: str = "", written: str = "") -> Surroundings:
    """Where the restaurant is, by its city, its street and its address as it was written."""
    towns = [town for part in city.split(",") if (town := place_form(_town(part)))]
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
    """The suburbs that the city or the written address names."""
    said = read_locality(written, street) if written else Locality("", "")
    named = (place for place in nearby if place in towns or said.names(place))
    return frozenset(place for place in named if len(with_suburbs(place)) == 1)


def _town(city: str) -> str:
    shorter = _AROUND_A_TOWN.sub("", city.strip())
    return _town(shorter) if shorter != city.strip() else shorter


def _words(*places: str) -> frozenset[str]:
    """The words of places, without numbers."""
    return frozenset(word for place in places for word in place_form(place).split() if not word[0].isdigit())


def _initials(towns: Iterable[str]) -> frozenset[str]:
    """The first letters of towns with several words: "pn" for Palmerston North."""
    return frozenset("".join(word[0] for word in town.split()) for town in towns if " " in town)


def _districts(towns: Iterable[str]) -> frozenset[str]:
    """The districts that share a postal area with the towns."""
    areas = _areas(towns)
    return frozenset(district for district, others in _DISTRICTS.items() if areas & others)


def _areas(towns: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_AREAS.get(town, frozenset()) for town in towns))
