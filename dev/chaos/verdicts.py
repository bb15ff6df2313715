"""The verdict of a case: each finding is a sentence, and any finding breaks a promise."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class Verdict:
    """All findings; empty if the promises were kept."""

    duplicates: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    false_completed: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    endless_sendings: tuple[str, ...] = ()

    @classmethod
    def together(cls, verdicts: Iterable[Self]) -> Self:
        """The findings of several verdicts."""
        every = list(verdicts)
        return cls(**{kind: tuple(finding for one in every for finding in getattr(one, kind)) for kind in KINDS})

    def __add__(self, other: Self) -> Self:
        return self.together([self, other])

    @property
    def findings(self) -> tuple[str, ...]:
        """All findings, each with its kind."""
        return tuple(f"{kind.replace('_', ' ')}: {finding}" for kind in KINDS for finding in getattr(self, kind))


KINDS = tuple(field.name for field in fields(Verdict))


@dataclass(frozen=True)
class Outcome:
    """One tried case: its verdict, and the duration of its whole trial."""

    case: str
    seconds: float
    verdict: Verdict

    @property
    def group(self) -> str:
        """The first part of the case's name."""
        return self.case.partition("/")[0]
