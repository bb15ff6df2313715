"""How similar a company's names are to the restaurant's name, 0 to 100."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from registration.companies.matching.location import NOWHERE, Surroundings
from registration.companies.matching.search_target import SearchTarget
from registration.companies.matching.towns import place_words
from registration.companies.matching.trades import Trade
from registration.companies.matching.weights import WEIGHTS, Weights
from registration.companies.matching.words import CORPORATE, PLAIN, VENUE, Words, core_words
from registration.companies.models import FoundCompany

_TYPING_ERROR = 88
"""Names that are so alike letter by letter are one name, spelled differently."""
_LONG_ENOUGH_TO_COMPARE_LETTERS = 6


def core_name(name: str) -> str:
    """A name as it is compared: folded, without legal endings and the year of founding; at least one word stays."""
    return " ".join(core_words(name).words)


@lru_cache(maxsize=8192)
def name_similarity(wanted: str, name: str, around: Surroundings = NOWHERE) -> float:
    """How alike two names are; the same words written together are the same, in another order nearly.

    A name that is only a part of the other ("Sushi" in "SUSHI BAY LIMITED") is less alike, unless what is missing says
    nothing ("ENTERPRISES") or where the restaurant is; the least if the other is of another place ("SUSHI BAY NELSON").
    """
    one, other = core_words(wanted), core_words(name)
    if not one.words or not other.words:
        return 0.0
    if set(one.words) == set(other.words) or one.joined == other.joined:
        return 100.0 if _in_one_order(one, other, around) else WEIGHTS.other_order
    one, other = one.without(CORPORATE), other.without(CORPORATE)
    alike = max(_alike(one, other), _same_brand(one, other, around))
    return min(alike, _at_most(one, other, around))


def best_name(wanted: str, names: Iterable[str], around: Surroundings = NOWHERE) -> float:
    """The best similarity to any of `names`; 0 if there is none."""
    return max((name_similarity(wanted, name, around) for name in names), default=0.0)


def _in_one_order(one: Words, other: Words, around: Surroundings) -> bool:
    """Whether the words that make the names come in the same order: "Bay Sushi", but not "Heron Paper"."""
    says_nothing = PLAIN | VENUE | around.near_words
    return one.without(says_nothing).joined == other.without(says_nothing).joined or not (
        frozenset(one.words) - says_nothing
    )


def _same_brand(one: Words, other: Words, around: Surroundings) -> float:
    """What names are worth that share all but venues and where it is ("Zest Ponsonby", "ZEST HOSPITALITY")."""
    says_nothing = VENUE | around.near_words
    mine, others = frozenset(one.words) - says_nothing, frozenset(other.words) - says_nothing
    return WEIGHTS.same_brand if mine == others and mine - PLAIN else 0.0


def _alike(one: Words, other: Words) -> float:
    words = fuzz.token_set_ratio(" ".join(one.words), " ".join(other.words))
    is_long = min(len(one.joined), len(other.joined)) > _LONG_ENOUGH_TO_COMPARE_LETTERS
    return max(words, fuzz.ratio(one.joined, other.joined), _joined_but_for_venue(one, other)) if is_long else words


def _at_most(one: Words, other: Words, around: Surroundings) -> float:
    """The most that the words in which two names differ allow."""
    mine, others = frozenset(one.words), frozenset(other.words)
    missing, added = mine - others, others - mine
    limits = [_limit_of_part(mine, others, around)]
    if missing and added and _numbers(missing) != _numbers(added):
        limits.append(WEIGHTS.other_number)
    if place_words(other.words) & added - around.words:
        limits.append(WEIGHTS.other_branch)
    if not _are_spelled_alike(one, other):
        limits.append(_limit_of_shared(mine, others, around))
    return min(limits)


def _limit_of_shared(mine: frozenset[str], others: frozenset[str], around: Surroundings) -> float:
    """What it is worth to share words that many share: "Thai", "Kitchen", the name of the town; or none at all."""
    shared = mine & others
    if not shared:
        return WEIGHTS.no_shared_word
    is_whole_name = mine - others <= around.near_words | VENUE
    says_something = shared - around.near_words - (frozenset() if is_whole_name else PLAIN)
    return 100.0 if says_something else WEIGHTS.only_plain_words


def _limit_of_part(mine: frozenset[str], others: frozenset[str], around: Surroundings) -> float:
    """What a name is worth whose words are all in the other, by what the other has more."""
    more = mine ^ others
    if more <= VENUE:
        return _limit_of_venues(mine, others)
    if mine - others and others - mine:
        return 100.0
    if more <= around.near_words | VENUE:
        return WEIGHTS.named_for_branch if mine < others else WEIGHTS.same_but_for_branch
    if more <= around.words | VENUE:
        return WEIGHTS.same_but_for_town
    is_only_plain_words_shorter = more <= PLAIN | around.near_words
    return WEIGHTS.part_of_a_name if mine < others or is_only_plain_words_shorter else WEIGHTS.small_part_of_a_name


def _limit_of_venues(mine: frozenset[str], others: frozenset[str]) -> float:
    """What it is worth to differ by "Cafe" or "Restaurant" only; a lone word ("LIGHTHOUSE LIMITED") may be anything."""
    if mine - others and others - mine:
        return WEIGHTS.other_venue
    return WEIGHTS.same_but_for_venue if len(others) > 1 else WEIGHTS.part_of_a_name


def _are_spelled_alike(one: Words, other: Words) -> bool:
    in_order = fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))
    return max(in_order, fuzz.ratio(one.joined, other.joined)) >= _TYPING_ERROR


def _joined_but_for_venue(one: Words, other: Words) -> float:
    """Names that are one word here and two there ("Burgershack Cafe", "BURGER SHACK")."""
    mine, others = one.without(VENUE).joined, other.without(VENUE).joined
    return WEIGHTS.same_but_for_venue if mine == others and mine not in one.words + other.words else 0.0


def _numbers(words: Collection[str]) -> frozenset[str]:
    return frozenset(filter(str.isdigit, words))


_INITIALS_THAT_SAY_MUCH = 3


@dataclass(frozen=True)
class NameFit:
    """Scores, 0 to 100.

    `best` is over all names, `present` leaves former names out, `branch` is the likeness to the name with its branch.
    """

    best: float
    present: float
    branch: float

    def at_most(self, most: float) -> "NameFit":
        """The same, with a limit."""
        return NameFit(min(self.best, most), min(self.present, most), self.branch)


def fit_names(wanted: SearchTarget, company: FoundCompany, kind: Trade, weights: Weights) -> NameFit:
    """How alike the names are; a name that says another trade counts less unless it is nearly the restaurant's."""
    own = _words_alike(wanted, (company.company_name,))
    if kind is not Trade.FITS and own < weights.named_from:
        own *= weights.stranger
    trading = company.trading_names
    present = max(own, _words_alike(wanted, trading), _initials(wanted, company.company_name, weights))
    former = weights.previous_name * _words_alike(wanted, company.previous_names)
    branch = best_name(wanted.name_with_branch, (company.company_name, *trading), wanted.around)
    return NameFit(max(present, former), present, branch)


def _words_alike(wanted: SearchTarget, names: Iterable[str]) -> float:
    known = tuple(names)
    alike = best_name(wanted.name, known, wanted.around)
    return max(alike, best_name(wanted.name_with_branch, known, wanted.around)) if wanted.has_a_branch else alike


def _initials(wanted: SearchTarget, name: str, weights: Weights) -> float:
    """A company that is named by the restaurant's first letters ("TSB FOODS" for "Tin Shed Burgers")."""
    initials = wanted.initials
    says_much = len(initials) >= _INITIALS_THAT_SAY_MUCH
    return weights.initials if says_much and core_words(name).words[:1] == (initials,) else 0.0
