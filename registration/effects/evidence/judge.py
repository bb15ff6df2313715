"""The verdict on each sub-step from the facts: present, partly present, absent, foreign, or unknown.

Absence never proves that a create did not happen: after a sending it only says that the platform shows nothing.
"""

from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from registration.effects.evidence.facts import Facts
from registration.effects.evidence.model import Expected, Observation, Presence
from registration.effects.outputs import Outputs
from registration.states import Assurance

__all__ = ["Facts", "found", "nothing", "reported", "seen"]


def seen(verdict: Presence, reason: str, *rows: object) -> Observation:
    """A look that is no PRESENT, with the rows that it is about."""
    return Observation(verdict, reason, None, _evidence(rows))


def found(reason: str, outputs: Outputs, *rows: object) -> Observation:
    """It is there, and was read back."""
    return Observation(Presence.PRESENT, reason, outputs, _evidence(rows), Assurance.PROVEN)


def reported(reason: str, outputs: Outputs, *rows: object) -> Observation:
    """The platform has a record that it called it a success; more cannot be read."""
    return Observation(Presence.PRESENT, reason, outputs, _evidence(rows), Assurance.REPORTED)


def nothing(asked: Expected, what: str) -> Observation:
    """The platform shows nothing of a create: before any sending it may be sent, afterwards nobody can tell."""
    if asked.ever_sent:
        return seen(Presence.UNKNOWN, f"the platform shows no {what}, which does not prove that there is none")
    return seen(Presence.ABSENT, f"the platform has no {what}")


def _evidence(rows: tuple[object, ...]) -> dict[str, Any]:
    """The rows as JSON; of a row of the log and of an event the time is given."""
    told: dict[str, Any] = {}
    for row in rows:
        if is_dataclass(row) and not isinstance(row, type):
            told |= {name: _plain(value) for name, value in asdict(row).items() if value is not None}
    return told


def _plain(value: object) -> object:
    if isinstance(value, datetime | UUID):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    return list(value) if isinstance(value, tuple) else value
