"""How near an address is to a restaurant's town, by what both say."""

from enum import IntEnum

from registration.matching.localities import Locality
from registration.matching.place_forms import KNOWN_TOWNS, place_words
from registration.matching.surroundings import Surroundings


class Nearness(IntEnum):
    """From nowhere near to the same suburb."""

    ELSEWHERE = 0
    UNKNOWN = 1
    REGION = 2
    TOWN = 3
    SUBURB = 4


def nearness(around: Surroundings, locality: Locality) -> Nearness:
    """How near the two are. A postcode decides where names are ambiguous: there is more than one Richmond."""
    if not around.names:
        return Nearness.UNKNOWN
    if _is_in_the_town(around, locality):
        return Nearness.SUBURB if any(map(locality.names, around.suburbs)) else Nearness.TOWN
    if not around.is_known:
        return Nearness.UNKNOWN
    if locality.postal_area:
        return Nearness.REGION if around.areas and _may_be_in_the_region(around, locality) else Nearness.ELSEWHERE
    return Nearness.ELSEWHERE if place_words(tuple(locality.text.split())) else Nearness.UNKNOWN


def _is_in_the_town(around: Surroundings, locality: Locality) -> bool:
    """Whether the address names the town or a suburb, or has a postcode of it and names no other town."""
    if _may_be_in_the_region(around, locality) and any(map(locality.names, around.names)):
        return True
    is_area = locality.postal_area in around.areas | around.wider_areas
    return is_area and (around.is_a_district or not any(map(locality.names, KNOWN_TOWNS)))


def _may_be_in_the_region(around: Surroundings, locality: Locality) -> bool:
    """Whether the first digit of the postcode is one of the town's; it is if either has none."""
    area, areas = locality.postal_area, around.areas
    return not areas or not area or area[0] in {one[0] for one in areas}
