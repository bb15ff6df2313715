"""The observations that judges make from the facts: proven, reported, or another presence.

Absence never proves that a create did not happen: after a sending it only says that the platform shows nothing.
"""

from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from registration.effects.evidence.models import Expected, Observation, Presence
from registration.effects.outputs import Outputs
from registration.states import Assurance


def observed(verdict: Presence, reason: str, *rows: object) -> Observation:
    """An observation other than PRESENT, with the rows that it is about."""
    return Observation(verdict, reason, None, _evidence(rows))


def proven(reason: str, outputs: Outputs, *rows: object) -> Observation:
    """The effect is present, and was read back."""
    return Observation(Presence.PRESENT, reason, outputs, _evidence(rows), Assurance.PROVEN)


def reported(reason: str, outputs: Outputs, *rows: object) -> Observation:
    """The platform has a record of its own success; more cannot be read."""
    return Observation(Presence.PRESENT, reason, outputs, _evidence(rows), Assurance.REPORTED)


def not_shown(expected: Expected, what: str) -> Observation:
    """The platform shows nothing of a create: absent before any sending, unknown after one."""
    if expected.ever_sent:
        return observed(Presence.UNKNOWN, f"the platform shows no {what}, which does not prove that there is none")
    return observed(Presence.ABSENT, f"the platform has no {what}")


def _evidence(rows: tuple[object, ...]) -> dict[str, Any]:
    """The rows as JSON, without members that are None."""
    evidence: dict[str, Any] = {}
    for row in rows:
        if is_dataclass(row) and not isinstance(row, type):
            evidence |= {name: _plain(value) for name, value in asdict(row).items() if value is not None}
    return evidence


def _plain(value: object) -> object:
    if isinstance(value, datetime | UUID):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    return list(value) if isinstance(value, tuple) else value
