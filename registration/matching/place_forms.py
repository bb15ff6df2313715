"""Towns and suburbs as they are compared: "Saint Heliers" and "St Heliers" are one."""

from functools import cache, lru_cache

from registration.matching.places import PLACES, TOWNS, place_names
from registration.matching.words import read_words


@lru_cache(maxsize=8192)
def place_form(text: str) -> str:
    """The words of a place, or of a text that names places, in their one form."""
    return " ".join(read_words(text).words)


KNOWN = frozenset(map(place_form, PLACES))
"""Every town and suburb."""

KNOWN_TOWNS = frozenset(map(place_form, TOWNS))
"""Every town."""

_LONGEST = max(len(place.split()) for place in KNOWN)


@lru_cache(maxsize=4096)
def place_words(words: tuple[str, ...]) -> frozenset[str]:
    """Those of `words` that are the name of a town or suburb, or a part of one."""
    spans = (words[start:end] for start in range(len(words)) for end in range(start + 1, start + _LONGEST + 1))
    return frozenset(word for span in spans if " ".join(span) in KNOWN for word in span)


def with_suburbs(town: str) -> frozenset[str]:
    """The town, and its suburbs if it is known."""
    return _families().get(town, frozenset({town}))


def around_suburb(suburb: str) -> frozenset[str]:
    """The towns that have a suburb of that name."""
    return frozenset(town for town, names in _families().items() if suburb in names and town != suburb)


@cache
def _families() -> dict[str, frozenset[str]]:
    return {place_form(place): frozenset(map(place_form, place_names(place))) for place in PLACES}
