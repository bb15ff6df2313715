"""What a check found, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: nothing works with an error; with a warning, something will not.

    What cannot be told is no trouble by itself: there was nothing to look at, or it may not be looked at.
    """

    OK = "ok"
    UNTOLD = "cannot be told"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `next_step` is None where nothing is to be done."""

    about: str
    level: Level
    says: str
    next_step: str | None = None


def fine(about: str, says: str) -> Finding:
    """All is well."""
    return Finding(about, Level.OK, says)


def untold(about: str, says: str, next_step: str) -> Finding:
    """Nobody can say by looking."""
    return Finding(about, Level.UNTOLD, says, next_step)


def warning(about: str, says: str, next_step: str) -> Finding:
    """Something will not go as it should."""
    return Finding(about, Level.WARNING, says, next_step)


def error(about: str, says: str, next_step: str) -> Finding:
    """Nothing can go on."""
    return Finding(about, Level.ERROR, says, next_step)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them; OK if there are none."""
    return max((one.level for one in findings), key=list(Level).index, default=Level.OK)
