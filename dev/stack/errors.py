"""What can go wrong while the local stack starts."""

from dataclasses import dataclass
from pathlib import Path


class StackError(Exception):
    """A part of the local stack cannot start; the message names the part and the next step."""


class ProcessEnded(StackError):
    """A process ended by itself although it was needed."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        self.code = code
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        super().__init__(f"{name} ended with code {code}. Its log is {log}; the last lines are:\n{last}")


@dataclass(frozen=True)
class Asked:
    """How a wait went: the number of questions, and the longest answer and the longest pause in seconds.

    One long answer means that a server stood still, one long pause that the machine did, and many short ones that the
    condition never came.
    """

    count: int
    longest_answer: float
    longest_pause: float

    def __str__(self) -> str:
        times = "once" if self.count == 1 else f"{self.count} times"
        return (
            f"asked {times}, the longest answer took {self.longest_answer:.1f} s,"
            f" the longest pause {self.longest_pause:.1f} s"
        )


class NotInTime(StackError):
    """A part was not ready within its limit."""

    def __init__(self, what: str, limit: float, asked: Asked | None = None) -> None:
        super().__init__(f"waited {limit:.0f} s for {what}, in vain{f' ({asked})' if asked else ''}")
