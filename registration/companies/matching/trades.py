"""What a company's name says about its trade: a neighbour's, the landlord's, or a restaurant's."""

from enum import StrEnum
from functools import lru_cache

from registration.companies.matching.words import core_words, read_lines, read_word_table, read_words

_TRADES = read_word_table("trades.txt")
_CUISINES = read_word_table("cuisines.txt")

CHAINS = frozenset(core_words(line).words for line in read_lines("chains.txt"))
"""Brands whose restaurants belong to many companies: the name alone says nothing of which."""


class Trade(StrEnum):
    """How a company's name fits a restaurant that it does not resemble."""

    FITS = "fits"
    """A surname, initials, a number, a word of food: it may be anybody's, also the restaurant's."""
    OWNER = "owner"
    """Property, investments, a trust, just the street: the landlord's, seldom the one that runs the restaurant."""
    STRANGER = "stranger"
    """Another trade, another kind of restaurant, another chain."""


@lru_cache(maxsize=8192)
def trade(restaurant: str, company_name: str, place_words: frozenset[str] = frozenset()) -> Trade:
    """What the company's name says. Words that the restaurant's own name has too say nothing.

    `place_words` are those of the restaurant's street, suburb and town.
    """
    mine, words = frozenset(read_words(restaurant).words), core_words(company_name).words
    others = frozenset(words) - mine
    if others & _TRADES["other"] or _another_kitchen(mine, frozenset(words)) or _another_chain(mine, words):
        return Trade.STRANGER
    is_the_house = all(word in place_words or word.isdigit() for word in words) and len(words) > 1
    return Trade.OWNER if others & _TRADES["owner"] or is_the_house else Trade.FITS


def _another_kitchen(restaurant: frozenset[str], company: frozenset[str]) -> bool:
    """Whether both names say what they cook, and it is not the same."""
    mine, others = _kitchens(restaurant), _kitchens(company)
    return bool(mine and others and not mine & others)


def _kitchens(words: frozenset[str]) -> frozenset[str]:
    return frozenset(kitchen for kitchen, dishes in _CUISINES.items() if dishes & words)


def _another_chain(restaurant: frozenset[str], company: tuple[str, ...]) -> bool:
    """Whether the company's name begins with a chain's that the restaurant does not have."""
    begins_with = (company[:length] for length in range(1, len(company) + 1))
    return any(words in CHAINS and not restaurant.issuperset(words) for words in begins_with)
