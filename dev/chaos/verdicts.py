"""What a case found: each finding is a sentence, and any of them breaks a promise."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Verdict:
    """Everything that went wrong; nothing, if the promises were kept."""

    duplicates: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    false_completed: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    endless_sendings: tuple[str, ...] = ()

    @classmethod
    def together(cls, verdicts: Iterable[Self]) -> Self:
        """All that several verdicts found."""
        every = list(verdicts)
        return cls(**{kind: tuple(said for one in every for said in getattr(one, kind)) for kind in KINDS})

    def __add__(self, other: Self) -> Self:
        return self.together([self, other])

    @property
    def findings(self) -> tuple[str, ...]:
        """All of them, each with its kind."""
        return tuple(f"{kind.replace('_', ' ')}: {said}" for kind in KINDS for said in getattr(self, kind))


KINDS = tuple(field.name for field in fields(Verdict))


@dataclass(frozen=True)
class Outcome:
    """One case that was tried: how long it took together with those it shared a batch with, and what was found."""

    case: str
    seconds: float
    verdict: Verdict

    @property
    def group(self) -> str:
        """The first part of its name."""
        return self.case.partition("/")[0]
