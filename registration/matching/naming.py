"""How alike a company's names are to the restaurant's, each name for what it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from registration.matching.similarity import best_name
from registration.matching.trades import Trade
from registration.matching.wanted import Wanted
from registration.matching.weights import Weights
from registration.matching.words import core_words
from registration.models.company import FoundCompany

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


def fit_names(wanted: Wanted, company: FoundCompany, kind: Trade, weights: Weights) -> NameFit:
    """How alike the names are; a name that says another trade counts less unless it is nearly the restaurant's."""
    own = _alike(wanted, (company.company_name,))
    if kind is not Trade.FITS and own < weights.named_from:
        own *= weights.stranger
    trading = company.trading_names
    present = max(own, _alike(wanted, trading), _initials(wanted, company.company_name, weights))
    former = weights.previous_name * _alike(wanted, company.previous_names)
    branch = best_name(wanted.name_with_branch, (company.company_name, *trading), wanted.around)
    return NameFit(max(present, former), present, branch)


def _alike(wanted: Wanted, names: Iterable[str]) -> float:
    known = tuple(names)
    alike = best_name(wanted.name, known, wanted.around)
    return max(alike, best_name(wanted.name_with_branch, known, wanted.around)) if wanted.has_a_branch else alike


def _initials(wanted: Wanted, name: str, weights: Weights) -> float:
    """A company that is named by the restaurant's first letters ("TSB FOODS" for "Tin Shed Burgers")."""
    initials = wanted.initials
    says_much = len(initials) >= _INITIALS_THAT_SAY_MUCH
    return weights.initials if says_much and core_words(name).words[:1] == (initials,) else 0.0
