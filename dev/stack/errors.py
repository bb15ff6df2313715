"""The errors of the local stack."""

from dataclasses import dataclass
from pathlib import Path


class StackError(Exception):
    """A part of the local stack cannot start; the message names the part and the next step."""


class ProcessEnded(StackError):
    """A required process ended by itself."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        self.code = code
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        super().__init__(f"{name} ended with code {code}. Its log is {log}; the last lines are:\n{last}")


@dataclass(frozen=True)
class Checks:
    """The course of a wait: the number of checks, and the longest check and the longest pause in seconds.

    One long check means that a server stood still, one long pause that the machine did, and many short checks that the
    condition never came true.
    """

    count: int
    longest_check: float
    longest_pause: float

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return (
            f"checked {times}, the longest check took {self.longest_check:.1f} s,"
            f" the longest pause {self.longest_pause:.1f} s"
        )


class NotInTime(StackError):
    """A part was not ready within its limit."""

    def __init__(self, description: str, limit: float, checks: Checks | None = None) -> None:
        super().__init__(f"waited {limit:.0f} s for {description} without success{f' ({checks})' if checks else ''}")
