"""The ranking's result for each case, and the shares of right and wrong results."""

from collections.abc import Iterable
from dataclasses import dataclass

from dev.ranking_eval.cases import LabelledCase
from registration.companies.matching.case_file import RankedCase, rank_case

_FIRST = 3


@dataclass(frozen=True)
class Outcome:
    """A case and its ranking."""

    case: LabelledCase
    result: RankedCase

    @property
    def rank(self) -> int | None:
        """The rank of the right company; None if there is none, or it is not among the registered companies."""
        numbers = [candidate.company.company_number for candidate in self.result.ranked]
        return numbers.index(self.case.right) + 1 if self.case.right in numbers else None

    @property
    def is_first(self) -> bool:
        """Whether the right company comes first."""
        return self.rank == 1

    @property
    def is_in_first_three(self) -> bool:
        """Whether the right company is among the first three."""
        return self.rank is not None and self.rank <= _FIRST

    @property
    def is_a_miss(self) -> bool:
        """True if a person must decide: the right company is not first, or another company is preselected."""
        return (self.case.right is not None and not self.is_first) or self.is_wrongly_preselected

    @property
    def is_preselected(self) -> bool:
        """True if any company is preselected."""
        return self.result.preselected is not None

    @property
    def is_wrongly_preselected(self) -> bool:
        """Whether the preselected company is not the right one."""
        return self.is_preselected and self.result.preselected != self.case.right


@dataclass(frozen=True)
class Shares:
    """Shares, 0 to 1: rank 1 and first three among cases with a company; the others among all cases."""

    cases: int
    right_at_rank_1: float
    right_in_first_three: float
    wrongly_preselected: float
    preselected: float


def outcomes(cases: Iterable[LabelledCase]) -> tuple[Outcome, ...]:
    """Every case, ranked."""
    return tuple(Outcome(case, rank_case(case)) for case in cases)


def shares(of: tuple[Outcome, ...]) -> Shares:
    """The share of each result."""
    with_company = [outcome for outcome in of if outcome.case.right]
    return Shares(
        cases=len(of),
        right_at_rank_1=_share(outcome.is_first for outcome in with_company),
        right_in_first_three=_share(outcome.is_in_first_three for outcome in with_company),
        wrongly_preselected=_share(outcome.is_wrongly_preselected for outcome in of),
        preselected=_share(outcome.is_preselected for outcome in of),
    )


def without_the_right_one(case: LabelledCase) -> LabelledCase:
    """The case without its right company among the candidates: then any preselection is wrong."""
    others = tuple(candidate for candidate in case.candidates if candidate.company_number != case.right)
    return case.model_copy(update={"candidates": others, "right": None})


def _share(happened: Iterable[bool]) -> float:
    each = tuple(happened)
    return round(sum(each) / len(each), 4) if each else 0.0
