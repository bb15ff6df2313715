"""Queries about rounds of the gates, and about refused answers, which are shown again with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.configuration.models import YoloConfig
from registration.database.session import Transaction
from registration.gates.rounds import Prefilled, Round
from registration.workflow.steps import GateName

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
_EARLIER_QUESTIONS = text(
    """
    select distinct cast(question ->> 'job_id' as uuid) as job_id, cast(question ->> 'visit' as integer) as visit
    from registration_gate_rounds cross join lateral jsonb_array_elements(shown -> 'questions') as question
    where batch_job_id = :batch and organisation_id = :organisation and gate = :gate
    """
)

PROCESS_GONE, NO_JOB_WAITED = "its process was gone", "nobody waited any more"
"""Reasons for closing a round without an answer."""
_TYPED: TypeAdapter[dict[str, Prefilled]] = TypeAdapter(dict[str, Prefilled])
_LAST_REFUSED = text(
    """
    select distinct on (d.job_id) d.job_id, d.refused_reason,
        coalesce(d.answer -> 'details', jsonb_build_object('why', d.answer -> 'why')) as typed,
        d.answer -> 'config' as config
    from registration_decisions d
    join unnest(cast(:jobs as uuid[]), cast(:visits as integer[])) as asked (job_id, visit)
        on asked.job_id = d.job_id and asked.visit = d.visit
    where d.organisation_id = :organisation and d.gate = :gate and not d.accepted
    order by d.job_id, d.decided_at desc
    """
)


@dataclass(frozen=True)
class OpenRound:
    """A round as it is stored; `key` is the key of the pause at the Prefect server."""

    id: UUID
    number: int
    flow_run_id: UUID
    content: Round

    @property
    def key(self) -> str:
        """Unique per batch and gate, from the database: a paused run can be found again after any crash."""
        return f"{self.content.gate}-{self.number}"


async def insert_round(transaction: Transaction, batch_id: UUID, run_id: UUID, content: Round) -> OpenRound:
    """Write the round before the pause, with everything that the form shows."""
    parameters: dict[str, Any] = {
        "organisation": transaction.organisation_id,
        "batch": batch_id,
        "gate": GateName(content.gate),
        "run": run_id,
        "shown": content.model_dump(mode="json"),
    }
    row = (await transaction.execute(_OPEN, parameters)).one()
    return OpenRound(row.id, row.round_number, run_id, content)


async def close_round(transaction: Transaction, round_id: UUID, attribution: str) -> None:
    """Note that the round is over, and why."""
    await transaction.execute(
        _CLOSE, {"organisation": transaction.organisation_id, "round": round_id, "because": attribution}
    )


async def unanswered_rounds(transaction: Transaction, batch_id: UUID) -> tuple[OpenRound, ...]:
    """Rounds that were closed without an answer, oldest first: an answer may have arrived while they were closed."""
    parameters = {
        "organisation": transaction.organisation_id,
        "batch": batch_id,
        "because": [PROCESS_GONE, NO_JOB_WAITED],
    }
    rows = await transaction.execute(_UNANSWERED, parameters)
    return tuple(OpenRound(row.id, row.round_number, row.flow_run_id, _stored_round(row)) for row in rows)


async def record_late_answer(transaction: Transaction, round_id: UUID, attribution: str) -> None:
    """Record that an answer to a closed round was found after all."""
    await transaction.execute(
        _ANSWERED_LATE, {"organisation": transaction.organisation_id, "round": round_id, "because": attribution}
    )


async def read_round(transaction: Transaction, round_id: UUID) -> Round:
    """The questions that the round showed."""
    return _stored_round(
        (await transaction.execute(_READ, {"organisation": transaction.organisation_id, "round": round_id})).one()
    )


async def unclosed_rounds(transaction: Transaction, batch_id: UUID) -> tuple[OpenRound, ...]:
    """Rounds that were opened and never closed, oldest first."""
    rows = await transaction.execute(_UNCLOSED, {"organisation": transaction.organisation_id, "batch": batch_id})
    return tuple(OpenRound(row.id, row.round_number, row.flow_run_id, _stored_round(row)) for row in rows)


async def earlier_questions(transaction: Transaction, batch_id: UUID, gate: GateName) -> frozenset[tuple[UUID, int]]:
    """Job and visit of every question that a gate of the batch has ever asked."""
    parameters = {"organisation": transaction.organisation_id, "batch": batch_id, "gate": gate.value}
    return frozenset((row.job_id, row.visit) for row in await transaction.execute(_EARLIER_QUESTIONS, parameters))


def _stored_round(row: Any) -> Round:
    """The stored round; without questions if another version of this program wrote it, so that all are asked again."""
    try:
        return Round.model_validate(row.shown)
    except ValidationError:
        return Round(gate=GateName(row.gate), questions=())


@dataclass(frozen=True)
class LastRefusal:
    """Why the last answer was refused, and its content: the fields of its section, or its configuration."""

    reason: str
    typed: dict[str, Prefilled]
    changed: YoloConfig | None


async def last_refusals(
    transaction: Transaction, visits: Mapping[UUID, int], gate: GateName
) -> dict[UUID, LastRefusal]:
    """Why the last answer to each job's question of this visit was refused, if one was.

    Refused answers to earlier questions do not count.
    """
    jobs = {"jobs": list(visits), "visits": list(visits.values())}
    key = {"organisation": transaction.organisation_id, "gate": gate, **jobs}
    rows = await transaction.execute(_LAST_REFUSED, key)
    return {row.job_id: LastRefusal(row.refused_reason, _typed(row.typed), _changed(row.config)) for row in rows}


def _typed(stored: object) -> dict[str, Prefilled]:
    """The typed values, which are only shown again; values that can no longer be shown are left out."""
    filled = {name: value for name, value in stored.items() if value is not None} if isinstance(stored, dict) else {}
    try:
        return _TYPED.validate_python(filled)
    except ValidationError:
        return {}


def _changed(stored: object) -> YoloConfig | None:
    """The configuration of the refused answer; None if this version of the program cannot read it."""
    try:
        return YoloConfig.model_validate(stored) if stored else None
    except ValidationError:
        return None
