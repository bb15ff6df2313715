"""How alike two names are, 0 to 100."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from registration.matching.folding import fold

SUBSET_AT_MOST = 85.0
"""A name that is only a part of the other ("Sushi" in "SUSHI BAY LIMITED") is no more alike than this."""

_ENDINGS = re.compile(
    r"limited|ltd|holdings?|nz|zealand|new|co|company|group|incorporated|inc|lp|(?:19|20)\d\d"  # and years of founding
)


def core_name(name: str) -> str:
    """A name as it is compared: folded, without legal endings and the year of founding; at least one word stays."""
    words = fold(name).split()
    while len(words) > 1 and _ENDINGS.fullmatch(words[-1]):
        _ = words.pop()
    return " ".join(words)


def name_similarity(wanted: str, name: str) -> float:
    """How alike two names are; the same words in another order, or written together, are the same."""
    one, other = core_name(wanted), core_name(name)
    if not one or not other:
        return 0.0
    words, other_words = set(one.split()), set(other.split())
    if words == other_words or one.replace(" ", "") == other.replace(" ", ""):
        return 100.0
    score = fuzz.token_set_ratio(one, other)
    return min(score, SUBSET_AT_MOST) if words < other_words or other_words < words else score


def best_name(wanted: str, names: Iterable[str]) -> float:
    """The best similarity to any of `names`; 0 if there is none."""
    return max((name_similarity(wanted, name) for name in names), default=0.0)
