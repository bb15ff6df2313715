"""Names of New Zealand places that follow a restaurant's name as its branch ("KFC - Queen St", "Jax @ Albany Mall")."""

import re
from collections.abc import Collection

from registration.matching.folding import fold
from registration.matching.tables import read_lines, read_table

TOWNS = read_table("places.txt")
"""Every town with its suburbs."""

PLACES = TOWNS.keys() | frozenset[str]().union(*TOWNS.values())
"""Every town and suburb, folded."""

_GENERIC = frozenset(read_lines("place_words.txt"))
_STREET_END = re.compile(
    r"(street|st|road|rd|avenue|ave|lane|ln|place|pl|crescent|cres|drive|dr|terrace|tce|boulevard|blvd|parade|pde"
    r"|highway|hwy|quay|esplanade|square|sq)( (north|nth|south|sth|east|west))?"
)

_CENTRE_END = re.compile(r"\w (?:mall|plaza|shopping cent(?:re|er)|town cent(?:re|er)|airport|food court|retail park)$")
"""What malls end with."""

_LONGEST = max(len(place.split()) for place in PLACES)


def is_place(text: str, also: Collection[str] = ()) -> bool:
    """Whether `text` only names a place: a street, or towns, suburbs and words like "Mall"; `also` are more places."""
    folded = fold(text)
    words = folded.split()
    if not words or words[0] == "the":
        return folded in PLACES
    parts = [fold(part) for part in text.split(",")]
    if len(parts) > 1:
        return all(is_place(part, also) for part in parts if part)
    known = PLACES | {fold(place) for place in also}
    return _is_street(words) or _is_centre(words) or _made_of(words, known)


def is_town(text: str) -> bool:
    """Whether `text` is the name of a town or suburb, and nothing else."""
    return fold(text) in PLACES


def place_names(town: str) -> frozenset[str]:
    """The folded names by which an address can say that it is in `town`: its own and those of its suburbs."""
    folded = fold(town)
    return frozenset({folded}) | TOWNS.get(folded, frozenset())


def _is_street(words: list[str]) -> bool:
    ends = (" ".join(words[cut:]) for cut in range(1, len(words)))
    return len(words) <= 5 and any(_STREET_END.fullmatch(end) for end in ends)


def _is_centre(words: list[str]) -> bool:
    return len(words) <= 4 and _CENTRE_END.search(" ".join(words)) is not None


def _made_of(words: list[str], known: Collection[str]) -> bool:
    """Whether the words can be split into known places and general words."""
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            ends = range(start + 1, min(start + _LONGEST, len(words)) + 1)
            reached |= {end for end in ends if _known_part(words[start:end], known)}
    return len(words) in reached


def _known_part(words: list[str], known: Collection[str]) -> bool:
    return " ".join(words) in known or (len(words) == 1 and words[0] in _GENERIC)
