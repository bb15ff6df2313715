"""Queries about rounds of the gates, and about refused answers, which are shown again with the reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.models import YoloConfig
from registration.gates.rounds import Prefilled, Round
from registration.workflow.steps import GATE_STEPS, GateName

_OPEN = text(
    """
    insert into registration_gate_rounds (organisation_id, batch_job_id, gate, round_number, flow_run_id, shown)
    select :organisation, :batch, cast(:gate as text), coalesce(max(round_number), 0) + 1, :run, :shown
    from registration_gate_rounds where batch_job_id = :batch and gate = :gate
    returning id, round_number
    """
).bindparams(bindparam("shown", type_=JSONB))
_CLOSE = text(
    """
    update registration_gate_rounds set closed_at = clock_timestamp(), closed_because = :because,
        updated_at = clock_timestamp()
    where id = :round and organisation_id = :organisation and closed_at is null
    """
)
_READ = text("select gate, shown from registration_gate_rounds where id = :round and organisation_id = :organisation")
_UNCLOSED = text(
    """
    select id, gate, round_number, flow_run_id, shown from registration_gate_rounds
    where batch_job_id = :batch and organisation_id = :organisation and closed_at is null order by opened_at
    """
)
_UNANSWERED = text(
    """
    select id, gate, round_number, flow_run_id, shown from registration_gate_rounds
    where batch_job_id = :batch and organisation_id = :organisation and closed_because = any(:because)
    order by opened_at
    """
)
_ANSWERED_LATE = text(
    """
    update registration_gate_rounds set closed_because = :because, updated_at = clock_timestamp()
    where id = :round and organisation_id = :organisation
    """
)
_ASKED = text(
    """
    select distinct cast(question ->> 'job_id' as uuid) as job_id, cast(question ->> 'visit' as integer) as visit
    from registration_gate_rounds cross join lateral jsonb_array_elements(shown -> 'questions') as question
    where batch_job_id = :batch and organisation_id = :organisation and gate = :gate
    """
)

PROCESS_GONE, NOBODY_WAITED = "its process was gone", "nobody waited any more"
"""Why a round was closed without an answer."""


@dataclass(frozen=True)
class OpenRound:
    """A round as it is stored; `key` is what the pause is called at the Prefect server."""

    id: UUID
    number: int
    flow_run_id: UUID
    shown: Round

    @property
    def key(self) -> str:
        """Unique per batch and gate, from the database: a paused run can be found again after any crash."""
        return f"{self.shown.gate}-{self.number}"


async def insert_round(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, run_id: UUID, shown: Round
) -> OpenRound:
    """Write the round before the pause, with everything that is shown."""
    parameters: dict[str, Any] = {
        "organisation": organisation_id,
        "batch": batch_id,
        "gate": GateName(shown.gate),
        "run": run_id,
        "shown": shown.model_dump(mode="json"),
    }
    row = (await connection.execute(_OPEN, parameters)).one()
    return OpenRound(row.id, row.round_number, run_id, shown)


async def close_round(connection: AsyncConnection, organisation_id: UUID, round_id: UUID, attribution: str) -> None:
    """Note that the round is over, and why."""
    await connection.execute(_CLOSE, {"organisation": organisation_id, "round": round_id, "because": attribution})


async def unanswered_rounds(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID
) -> tuple[OpenRound, ...]:
    """Rounds that were closed without an answer, oldest first: one may have come in at the moment of their closing."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "because": [PROCESS_GONE, NOBODY_WAITED]}
    rows = await connection.execute(_UNANSWERED, parameters)
    return tuple(OpenRound(row.id, row.round_number, row.flow_run_id, _shown(row)) for row in rows)


async def answered_late(connection: AsyncConnection, organisation_id: UUID, round_id: UUID, attribution: str) -> None:
    """Note that an answer of a closed round was found after all."""
    await connection.execute(
        _ANSWERED_LATE, {"organisation": organisation_id, "round": round_id, "because": attribution}
    )


async def read_round(connection: AsyncConnection, organisation_id: UUID, round_id: UUID) -> Round:
    """What the round showed."""
    return _shown((await connection.execute(_READ, {"organisation": organisation_id, "round": round_id})).one())


async def unclosed_rounds(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> tuple[OpenRound, ...]:
    """Rounds that were opened and never closed, oldest first."""
    rows = await connection.execute(_UNCLOSED, {"organisation": organisation_id, "batch": batch_id})
    return tuple(OpenRound(row.id, row.round_number, row.flow_run_id, _shown(row)) for row in rows)


async def asked_questions(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, gate: GateName
) -> frozenset[tuple[UUID, int]]:
    """Job and visit of every question that a gate of the batch has ever put."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "gate": gate.value}
    return frozenset((row.job_id, row.visit) for row in await connection.execute(_ASKED, parameters))


def _shown(row: Any) -> Round:
    """One that another version wrote and this one cannot read is without questions, so that all are put anew."""
    try:
        return Round.model_validate(row.shown)
    except ValidationError:
        return Round(gate=GateName(row.gate), questions=())


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
