"""Whether one company is clearly the best, so that a person only has to nod. A wrong one is worse than none."""

from dataclasses import dataclass

from registration.companies.matching.addresses import House
from registration.companies.matching.location import Nearness
from registration.companies.matching.scoring import Fit
from registration.companies.matching.search_target import SearchTarget
from registration.companies.matching.trades import Trade
from registration.companies.matching.weights import Weights
from registration.companies.matching.words import VENUE, core_words
from registration.companies.models import Candidate


@dataclass(frozen=True)
class Scored:
    """A candidate, and why it has its score."""

    candidate: Candidate
    fit: Fit


def clearly_best(asked: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> str | None:
    """The company number of the one that is clearly best by its score, or else by its address; None if none is."""
    if not ranked:
        return None
    is_clear = _is_clear_by_score(asked, ranked, weights) or _is_clear_by_address(ranked, weights)
    return ranked[0].candidate.company.company_number if is_clear else None


def _is_clear_by_score(asked: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """A high score, far ahead, by a name that it has today."""
    best, *others = ranked
    runner_up = others[0].candidate.score if others else 0.0
    if best.candidate.score < weights.clear_score or best.candidate.score - runner_up < weights.clear_lead:
        return False
    is_called_so = best.fit.names.present >= weights.clear_name
    return is_called_so and (best.fit.is_hit or _name_is_enough(asked, ranked, weights))


def _name_is_enough(asked: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """Whether a company elsewhere in the town can be told by its name.

    The name is rare, nobody else is at the house, and nobody else has the name if this one has it with an addition.
    """
    best, *others = (one.fit for one in ranked)
    if _is_common(asked.name) or any(other.is_hit and not other.contradicts(weights) for other in others):
        return False
    return best.names.present == 100 or not any(_has_the_name(other, weights) for other in others)


def _is_common(name: str) -> bool:
    """Whether strangers may well be called so: a single word, or only words that very many restaurants share."""
    words = core_words(name).without(VENUE)
    return not words.own or len(words.words) == 1


def _is_clear_by_address(ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """The best is the only one at the house, or the only one there whose name lets one think of the restaurant.

    A landlord or a family trust at the same house does not count as another.
    """
    best, *others = (one.fit for one in ranked)
    if not best.is_hit or best.contradicts(weights) or any(_rivals(best, other, weights) for other in others):
        return False
    neighbours = [other for other in others if other.is_at_the_house]
    if best.supports(weights):
        return not any(other.supports(weights) for other in neighbours)
    return best.house is House.SAME and all(other.trade is Trade.OWNER for other in neighbours)


def _rivals(best: Fit, other: Fit, weights: Weights) -> bool:
    """Whether another company of the town has the restaurant's name, and more so."""
    return _has_the_name(other, weights) and other.names.best >= best.names.best


def _has_the_name(fit: Fit, weights: Weights) -> bool:
    """Whether it is a company of the town with the whole name of the restaurant in its own."""
    return fit.nearness >= Nearness.TOWN and fit.names.best >= weights.rival_from
