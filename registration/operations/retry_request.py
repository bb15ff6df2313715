"""What a person asks to be done again, as it is typed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from registration.errors import Refused
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName


@dataclass(frozen=True)
class RetryRequest:
    """All failed work if nothing is named; `redo_…` is completed work that may be done again."""

    from_step: Step | None = None
    sub_steps: frozenset[SubStepName] = frozenset()
    redo_steps: frozenset[Step] = frozenset()
    redo_sub_steps: frozenset[SubStepName] = field(default_factory=frozenset[SubStepName])

    @classmethod
    def read(cls, from_step: int | None, sub_steps: Iterable[str], redo: Iterable[str]) -> Self:
        """The request as it was typed: steps by number, sub-steps by name. Raises Refused for anything else."""
        again = [_step_or_sub_step(name) for name in redo]
        return cls(
            None if from_step is None else _step(str(from_step)),
            frozenset(map(sub_step_named, sub_steps)),
            frozenset(one for one in again if isinstance(one, Step)),
            frozenset(one for one in again if isinstance(one, SubStepName)),
        )

    @property
    def names_something(self) -> bool:
        """False for the plain retry of everything that failed."""
        return bool(self.from_step or self.sub_steps or self.redo_steps or self.redo_sub_steps)


def sub_step_named(name: str) -> SubStepName:
    """The sub-step of this name in any capitalisation. Raises Refused with the names of all sub-steps."""
    for one in SubStepName:
        if one.casefold() == name.strip().casefold():
            return one
    raise Refused(f"there is no sub-step {name!r}; they are {', '.join(SubStepName)}")


def effect_named(name: str) -> str:
    """The ledger name of a sub-step or extraction start. Raises Refused with the names of the sub-steps."""
    starts = (one for one in ExtractionStart if one.casefold() == name.strip().casefold())
    return next(starts, None) or sub_step_named(name)


def _step_or_sub_step(name: str) -> Step | SubStepName:
    return _step(name) if name.strip().isdigit() else sub_step_named(name)


def _step(number: str) -> Step:
    try:
        return Step(int(number))
    except ValueError:
        known_steps = ", ".join(f"{int(step)} {definition.name}" for step, definition in STEPS.items())
        raise Refused(f"there is no step {number}; they are {known_steps}") from None
