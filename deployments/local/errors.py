"""What can go wrong while the local stack starts."""

from pathlib import Path


class StackError(Exception):
    """A part of the local stack cannot start; the message names the part and the next step."""


class ProcessEnded(StackError):
    """A process ended by itself although it was needed."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        self.code = code
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
        super().__init__(f"{name} ended with code {code}. Its log is {log}; the last lines are:\n{last}")


class NotInTime(StackError):
    """A part was not ready within its limit."""

    def __init__(self, what: str, limit: float) -> None:
        super().__init__(f"waited {limit:.0f} s for {what}, in vain")
