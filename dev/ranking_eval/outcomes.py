"""What the ranking made of each case, and the shares of it."""

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
    def place(self) -> int | None:
        """At which rank the right company is; None if it has none, or it is not among the registered."""
        numbers = [one.company.company_number for one in self.result.ranked]
        return numbers.index(self.case.right) + 1 if self.case.right in numbers else None

    @property
    def is_first(self) -> bool:
        """Whether the right company comes first."""
        return self.place == 1

    @property
    def is_in_first_three(self) -> bool:
        """Whether the right company is among the first three."""
        return self.place is not None and self.place <= _FIRST

    @property
    def is_a_miss(self) -> bool:
        """Whether a person has to look: the right company is not the first, or another is preselected."""
        return (self.case.right is not None and not self.is_first) or self.is_wrongly_preselected

    @property
    def is_preselected(self) -> bool:
        """Whether any company is preselected."""
        return self.result.preselected is not None

    @property
    def is_wrongly_preselected(self) -> bool:
        """Whether the preselected company is not the right one."""
        return self.is_preselected and self.result.preselected != self.case.right


@dataclass(frozen=True)
class Shares:
    """Shares, 0 to 1: at rank 1 and in the first three of the cases that have a company, the others of all cases."""

    cases: int
    right_at_rank_1: float
    right_in_first_three: float
    wrongly_preselected: float
    preselected: float


def outcomes(cases: Iterable[LabelledCase]) -> tuple[Outcome, ...]:
    """Every case, ranked."""
    return tuple(Outcome(case, rank_case(case)) for case in cases)


def shares(of: tuple[Outcome, ...]) -> Shares:
    """How often each happened."""
    with_company = [outcome for outcome in of if outcome.case.right]
    return Shares(
        cases=len(of),
        right_at_rank_1=_share(outcome.is_first for outcome in with_company),
        right_in_first_three=_share(outcome.is_in_first_three for outcome in with_company),
        wrongly_preselected=_share(outcome.is_wrongly_preselected for outcome in of),
        preselected=_share(outcome.is_preselected for outcome in of),
    )


def without_the_right_one(case: LabelledCase) -> LabelledCase:
    """The same restaurant if the search had not found its company: then everything that is preselected is wrong."""
    others = tuple(one for one in case.candidates if one.company_number != case.right)
    return case.model_copy(update={"candidates": others, "right": None})


def _share(happened: Iterable[bool]) -> float:
    each = tuple(happened)
    return round(sum(each) / len(each), 4) if each else 0.0
