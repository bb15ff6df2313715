"""Towns and suburbs of New Zealand in comparable form, and as branches in names of restaurants."""

import re
from collections.abc import Collection
from functools import cache, lru_cache

from registration.companies.matching.words import read_lines, read_table, read_words
from registration.kit.symbols import fold

TOWNS = read_table("places.txt")
"""The suburbs of every town."""

TOWNS_AND_SUBURBS = TOWNS.keys() | frozenset[str]().union(*TOWNS.values())
"""Every town and suburb, folded."""

_GENERIC = frozenset(read_lines("place_words.txt"))
_STREET_END = re.compile(
    r"(street|st|road|rd|avenue|ave|lane|ln|place|pl|crescent|cres|drive|dr|terrace|tce|boulevard|blvd|parade|pde"
    r"|highway|hwy|quay|esplanade|square|sq)( (north|nth|south|sth|east|west))?"
)

_CENTRE_END = re.compile(r"\w (?:mall|plaza|shopping cent(?:re|er)|town cent(?:re|er)|airport|food court|retail park)$")
"""The last words in names of malls and centres."""

_LONGEST = max(len(town.split()) for town in TOWNS_AND_SUBURBS)


def is_branch(text: str, also: Collection[str] = ()) -> bool:
    """True if `text` only names a location: a street, or towns, suburbs and words like "Mall"; `also` adds towns."""
    folded = fold(text)
    words = folded.split()
    if not words or words[0] == "the":
        return folded in TOWNS_AND_SUBURBS
    parts = [fold(part) for part in text.split(",")]
    if len(parts) > 1:
        return all(is_branch(part, also) for part in parts if part)
    known = TOWNS_AND_SUBURBS | {fold(town) for town in also}
    return _is_street(words) or _is_centre(words) or _made_of(words, known)


def is_town(text: str) -> bool:
    """True if `text` is exactly the name of a town or suburb."""
    return fold(text) in TOWNS_AND_SUBURBS


def town_names(town: str) -> frozenset[str]:
    """The folded names that place an address in `town`: the town and its suburbs."""
    folded = fold(town)
    return frozenset({folded}) | TOWNS.get(folded, frozenset())


def _is_street(words: list[str]) -> bool:
    ends = (" ".join(words[cut:]) for cut in range(1, len(words)))
    return len(words) <= 5 and any(_STREET_END.fullmatch(end) for end in ends)


def _is_centre(words: list[str]) -> bool:
    return len(words) <= 4 and _CENTRE_END.search(" ".join(words)) is not None


def _made_of(words: list[str], known: Collection[str]) -> bool:
    """True if the words can be split into known towns and general location words."""
    reached = {0}
    for start in range(len(words)):
        if start in reached:
            ends = range(start + 1, min(start + _LONGEST, len(words)) + 1)
            reached |= {end for end in ends if _known_part(words[start:end], known)}
    return len(words) in reached


def _known_part(words: list[str], known: Collection[str]) -> bool:
    return " ".join(words) in known or (len(words) == 1 and words[0] in _GENERIC)


@lru_cache(maxsize=8192)
def town_form(text: str) -> str:
    """The words of a town, or of a text that names towns, in canonical form."""
    return " ".join(read_words(text).words)


KNOWN = frozenset(map(town_form, TOWNS_AND_SUBURBS))
"""Every town and suburb."""

KNOWN_TOWNS = frozenset(map(town_form, TOWNS))
"""Every town."""

_LONGEST_FORM = max(len(town.split()) for town in KNOWN)


@lru_cache(maxsize=4096)
def town_words(words: tuple[str, ...]) -> frozenset[str]:
    """The words that are the name of a town or suburb, or a part of one."""
    spans = (words[start:end] for start in range(len(words)) for end in range(start + 1, start + _LONGEST_FORM + 1))
    return frozenset(word for span in spans if " ".join(span) in KNOWN for word in span)


def with_suburbs(town: str) -> frozenset[str]:
    """The town and, if it is known, its suburbs."""
    return _families().get(town, frozenset({town}))


def around_suburb(suburb: str) -> frozenset[str]:
    """The towns that have a suburb of this name."""
    return frozenset(town for town, names in _families().items() if suburb in names and town != suburb)


@cache
def _families() -> dict[str, frozenset[str]]:
    return {town_form(town): frozenset(map(town_form, town_names(town))) for town in TOWNS_AND_SUBURBS}
