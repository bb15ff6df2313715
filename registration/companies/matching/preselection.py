"""Decides whether one company is clearly the best, so that a person only confirms it. A wrong preselection is worse
than none.
"""

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
    """A candidate and the fit from which its score was computed."""

    candidate: Candidate
    fit: Fit


def clearly_best(target: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> str | None:
    """The company number of the candidate that is clearly best by score, or else by address; None if none is."""
    if not ranked:
        return None
    is_clear = _is_clear_by_score(target, ranked, weights) or _is_clear_by_address(ranked, weights)
    return ranked[0].candidate.company.company_number if is_clear else None


def _is_clear_by_score(target: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """True for a high score, far ahead of the others, by a name that the company has today."""
    best, *others = ranked
    runner_up = others[0].candidate.score if others else 0.0
    if best.candidate.score < weights.clear_score or best.candidate.score - runner_up < weights.clear_lead:
        return False
    has_present_name = best.fit.names.present >= weights.clear_name
    return has_present_name and (best.fit.is_hit or _name_is_enough(target, ranked, weights))


def _name_is_enough(target: SearchTarget, ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """True if the name alone identifies a company that is elsewhere in the town.

    The name is rare, no other candidate is at the restaurant's address, and, if the company's name has an addition, no
    other candidate has the restaurant's name.
    """
    best, *others = (scored.fit for scored in ranked)
    if _is_common(target.name) or any(other.is_hit and not other.contradicts(weights) for other in others):
        return False
    return best.names.present == 100 or not any(_has_the_name(other, weights) for other in others)


def _is_common(name: str) -> bool:
    """True if unrelated companies may have the name: a single word, or only words that very many restaurants share."""
    words = core_words(name).without(VENUE)
    return not words.own or len(words.words) == 1


def _is_clear_by_address(ranked: tuple[Scored, ...], weights: Weights) -> bool:
    """True if the best candidate is the only one at the restaurant's address, or the only one there with a similar
    name.

    A landlord or a family trust at the address does not count as another candidate.
    """
    best, *others = (scored.fit for scored in ranked)
    if not best.is_hit or best.contradicts(weights) or any(_rivals(best, other, weights) for other in others):
        return False
    neighbours = [other for other in others if other.is_at_the_house]
    if best.supports(weights):
        return not any(other.supports(weights) for other in neighbours)
    return best.house is House.SAME and all(other.trade is Trade.OWNER for other in neighbours)


def _rivals(best: Fit, other: Fit, weights: Weights) -> bool:
    """True if another company of the town fits the restaurant's name at least as well."""
    return _has_the_name(other, weights) and other.names.best >= best.names.best


def _has_the_name(fit: Fit, weights: Weights) -> bool:
    """True for a company of the town whose name contains the whole name of the restaurant."""
    return fit.nearness >= Nearness.TOWN and fit.names.best >= weights.rival_from
