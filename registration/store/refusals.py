"""Queries about answers that were refused, so that they can be shown again with the reason."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.rounds import Prefilled
from registration.models.yolo_config import YoloConfig
from registration.steps import GATE_STEPS, GateName

_TYPED: TypeAdapter[dict[str, Prefilled]] = TypeAdapter(dict[str, Prefilled])

_LAST_REFUSED = text(
    """
    select distinct on (d.job_id) d.job_id, d.refused_reason, d.answer -> 'details' as typed,
        d.answer -> 'config' as config
    from registration_decisions d
    join registration_job_steps s on s.job_id = d.job_id and s.step_number = :step and s.visit = d.visit
    where d.organisation_id = :organisation and d.job_id = any(:jobs) and d.gate = :gate and not d.accepted
    order by d.job_id, d.decided_at desc
    """
)


@dataclass(frozen=True)
class LastRefusal:
    """Why the last answer was not taken, and what it said: its section's fields, or the configuration it gave."""

    reason: str
    typed: dict[str, Prefilled]
    changed: YoloConfig | None


async def last_refusals(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID], gate: GateName
) -> dict[UUID, LastRefusal]:
    """Why the last answer to each job's question of now was refused, where one was.

    What was answered to an earlier question, too late or not, is no reason in this one.
    """
    key = {"organisation": organisation_id, "jobs": job_ids, "gate": gate, "step": GATE_STEPS[gate]}
    found = await connection.execute(_LAST_REFUSED, key)
    return {row.job_id: LastRefusal(row.refused_reason, _typed(row.typed), _changed(row.config)) for row in found}


def _typed(stored: object) -> dict[str, Prefilled]:
    """What was typed is only shown again: what cannot be shown any more is left out."""
    filled = {name: value for name, value in stored.items() if value is not None} if isinstance(stored, dict) else {}
    try:
        return _TYPED.validate_python(filled)
    except ValidationError:
        return {}


def _changed(stored: object) -> YoloConfig | None:
    """The same of a configuration: one of another version of this program."""
    try:
        return YoloConfig.model_validate(stored) if stored else None
    except ValidationError:
        return None
