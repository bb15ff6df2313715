"""The result of a check, and the next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity: with an error nothing works, with a warning something will fail.

    An undetermined result is no fault by itself: there was nothing to check, or no right to check it.
    """

    OK = "ok"
    UNDETERMINED = "cannot be told"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """The result of one check; `next_step` is None if nothing is to be done."""

    about: str
    level: Level
    says: str
    next_step: str | None = None


def fine(about: str, says: str) -> Finding:
    """A check that passed."""
    return Finding(about, Level.OK, says)


def undetermined(about: str, says: str, next_step: str) -> Finding:
    """A check without a result."""
    return Finding(about, Level.UNDETERMINED, says, next_step)


def warning(about: str, says: str, next_step: str) -> Finding:
    """A check that found a fault that will make something fail."""
    return Finding(about, Level.WARNING, says, next_step)


def error(about: str, says: str, next_step: str) -> Finding:
    """A check that found a fault with which nothing works."""
    return Finding(about, Level.ERROR, says, next_step)


def worst(findings: Iterable[Finding]) -> Level:
    """The highest level among the findings; OK if there are none."""
    return max((finding.level for finding in findings), key=list(Level).index, default=Level.OK)
