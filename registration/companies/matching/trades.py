"""The trade that a company's name suggests: a restaurant's, the landlord's, or another business."""

from enum import StrEnum
from functools import lru_cache

from registration.companies.matching.words import core_words, read_lines, read_word_table, read_words

_TRADES = read_word_table("trades.txt")
_CUISINES = read_word_table("cuisines.txt")

CHAINS = frozenset(core_words(line).words for line in read_lines("chains.txt"))
"""Brands whose restaurants belong to many companies: the name alone does not identify the company."""


class Trade(StrEnum):
    """The trade of a company whose name is not similar to the restaurant's."""

    FITS = "fits"
    """A surname, initials, a number or a food word: the company may run the restaurant."""
    OWNER = "owner"
    """Property, investments, a trust, or only the street: the landlord, who seldom runs the restaurant."""
    STRANGER = "stranger"
    """Another trade, another cuisine, or another chain."""


@lru_cache(maxsize=8192)
def trade(restaurant: str, company_name: str, location_words: frozenset[str] = frozenset()) -> Trade:
    """The trade that the company's name suggests. Words that are also in the restaurant's name are ignored.

    `location_words` are the words of the restaurant's street, suburb and town.
    """
    mine, words = frozenset(read_words(restaurant).words), core_words(company_name).words
    others = frozenset(words) - mine
    if others & _TRADES["other"] or _another_kitchen(mine, frozenset(words)) or _another_chain(mine, words):
        return Trade.STRANGER
    is_the_house = all(word in location_words or word.isdigit() for word in words) and len(words) > 1
    return Trade.OWNER if others & _TRADES["owner"] or is_the_house else Trade.FITS


def _another_kitchen(restaurant: frozenset[str], company: frozenset[str]) -> bool:
    """True if both names state a cuisine, and the cuisines differ."""
    mine, others = _kitchens(restaurant), _kitchens(company)
    return bool(mine and others and not mine & others)


def _kitchens(words: frozenset[str]) -> frozenset[str]:
    return frozenset(kitchen for kitchen, dishes in _CUISINES.items() if dishes & words)


def _another_chain(restaurant: frozenset[str], company: tuple[str, ...]) -> bool:
    """True if the company's name begins with the name of a chain, and the restaurant's name does not contain it."""
    begins_with = (company[:length] for length in range(1, len(company) + 1))
    return any(words in CHAINS and not restaurant.issuperset(words) for words in begins_with)
