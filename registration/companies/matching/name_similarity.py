"""The similarity of a company's names to the restaurant's name, 0 to 100."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from registration.companies.matching.location import NOWHERE, Surroundings
from registration.companies.matching.search_target import SearchTarget
from registration.companies.matching.towns import town_words
from registration.companies.matching.trades import Trade
from registration.companies.matching.weights import WEIGHTS, Weights
from registration.companies.matching.words import CORPORATE, PLAIN, VENUE, Words, core_words
from registration.companies.models import FoundCompany

_TYPING_ERROR = 88
"""Letter similarity from which two names count as one name with a spelling error."""
_LONG_ENOUGH_TO_COMPARE_LETTERS = 6
_LEAST_INITIALS = 3


def core_name(name: str) -> str:
    """A folded name without legal endings and founding years; at least one word remains."""
    return " ".join(core_words(name).words)


@lru_cache(maxsize=8192)
def name_similarity(restaurant: str, name: str, around: Surroundings = NOWHERE) -> float:
    """The similarity of two names: full for equal words written joined or apart, nearly full in another order.

    A name that is only a part of the other ("Sushi" in "SUSHI BAY LIMITED") scores lower, unless the missing words are
    not distinctive ("ENTERPRISES") or name the restaurant's town. A name with another town ("SUSHI BAY NELSON") scores
    lowest.
    """
    left, right = core_words(restaurant), core_words(name)
    if not left.words or not right.words:
        return 0.0
    if set(left.words) == set(right.words) or left.joined == right.joined:
        return 100.0 if _in_one_order(left, right, around) else WEIGHTS.other_order
    left, right = left.without(CORPORATE), right.without(CORPORATE)
    alike = max(_alike(left, right), _same_brand(left, right, around))
    return min(alike, _at_most(left, right, around))


def best_name(restaurant: str, names: Iterable[str], around: Surroundings = NOWHERE) -> float:
    """The best similarity to any of `names`; 0 if there are none."""
    return max((name_similarity(restaurant, name, around) for name in names), default=0.0)


def _in_one_order(left: Words, right: Words, around: Surroundings) -> bool:
    """True if the distinctive words of both names are in the same order: "Bay Sushi", but not "Heron Paper"."""
    common_words = PLAIN | VENUE | around.near_words
    return left.without(common_words).joined == right.without(common_words).joined or not (
        frozenset(left.words) - common_words
    )


def _same_brand(left: Words, right: Words, around: Surroundings) -> float:
    """The score for names that share all words but venue and town ("Zest Ponsonby", "ZEST HOSPITALITY"), else 0."""
    common_words = VENUE | around.near_words
    mine, others = frozenset(left.words) - common_words, frozenset(right.words) - common_words
    return WEIGHTS.same_brand if mine == others and mine - PLAIN else 0.0


def _alike(left: Words, right: Words) -> float:
    words = fuzz.token_set_ratio(" ".join(left.words), " ".join(right.words))
    is_long = min(len(left.joined), len(right.joined)) > _LONG_ENOUGH_TO_COMPARE_LETTERS
    return max(words, fuzz.ratio(left.joined, right.joined), _joined_but_for_venue(left, right)) if is_long else words


def _at_most(left: Words, right: Words, around: Surroundings) -> float:
    """The upper limit of the similarity, from the words in which the names differ."""
    mine, others = frozenset(left.words), frozenset(right.words)
    missing, added = mine - others, others - mine
    limits = [_limit_of_part(mine, others, around)]
    if missing and added and _numbers(missing) != _numbers(added):
        limits.append(WEIGHTS.other_number)
    if town_words(right.words) & added - around.words:
        limits.append(WEIGHTS.other_branch)
    if not _are_spelled_alike(left, right):
        limits.append(_limit_of_shared(mine, others, around))
    return min(limits)


def _limit_of_shared(mine: frozenset[str], others: frozenset[str], around: Surroundings) -> float:
    """The limit for names that share only common words, such as "Thai", "Kitchen" or the town's name, or no word."""
    shared = mine & others
    if not shared:
        return WEIGHTS.no_shared_word
    is_whole_name = mine - others <= around.near_words | VENUE
    distinctive = shared - around.near_words - (frozenset() if is_whole_name else PLAIN)
    return 100.0 if distinctive else WEIGHTS.only_plain_words


def _limit_of_part(mine: frozenset[str], others: frozenset[str], around: Surroundings) -> float:
    """The limit for a name whose words are all in the other, by the other's additional words."""
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
    """The limit for names that differ only by "Cafe" or "Restaurant"; a single word ("LIGHTHOUSE LIMITED") is
    ambiguous.
    """
    if mine - others and others - mine:
        return WEIGHTS.other_venue
    return WEIGHTS.same_but_for_venue if len(others) > 1 else WEIGHTS.part_of_a_name


def _are_spelled_alike(left: Words, right: Words) -> bool:
    in_order = fuzz.token_sort_ratio(" ".join(left.words), " ".join(right.words))
    return max(in_order, fuzz.ratio(left.joined, right.joined)) >= _TYPING_ERROR


def _joined_but_for_venue(left: Words, right: Words) -> float:
    """The score for a name that is one word here and two there ("Burgershack Cafe", "BURGER SHACK"), else 0."""
    mine, others = left.without(VENUE).joined, right.without(VENUE).joined
    return WEIGHTS.same_but_for_venue if mine == others and mine not in left.words + right.words else 0.0


def _numbers(words: Collection[str]) -> frozenset[str]:
    return frozenset(filter(str.isdigit, words))


@dataclass(frozen=True)
class NameFit:
    """Similarity scores, 0 to 100.

    `best` is over all names, `present` without former names, `branch` the similarity to the name with its branch.
    """

    best: float
    present: float
    branch: float

    def at_most(self, most: float) -> "NameFit":
        """A copy in which `best` and `present` are at most `most`."""
        return NameFit(min(self.best, most), min(self.present, most), self.branch)


def fit_names(target: SearchTarget, company: FoundCompany, kind: Trade, weights: Weights) -> NameFit:
    """The similarity of the company's names; a name of another trade counts less unless it nearly equals the
    restaurant's.
    """
    own = _words_alike(target, (company.company_name,))
    if kind is not Trade.FITS and own < weights.named_from:
        own *= weights.stranger
    trading = company.trading_names
    present = max(own, _words_alike(target, trading), _initials(target, company.company_name, weights))
    former = weights.previous_name * _words_alike(target, company.previous_names)
    branch = best_name(target.name_with_branch, (company.company_name, *trading), target.around)
    return NameFit(max(present, former), present, branch)


def _words_alike(target: SearchTarget, names: Iterable[str]) -> float:
    known = tuple(names)
    alike = best_name(target.name, known, target.around)
    return max(alike, best_name(target.name_with_branch, known, target.around)) if target.has_a_branch else alike


def _initials(target: SearchTarget, name: str, weights: Weights) -> float:
    """The score for a company named by the restaurant's initials ("TSB FOODS" for "Tin Shed Burgers"), else 0."""
    initials = target.initials
    is_distinctive = len(initials) >= _LEAST_INITIALS
    return weights.initials if is_distinctive and core_words(name).words[:1] == (initials,) else 0.0
