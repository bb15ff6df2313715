"""Queries about decisions: the answers, who gave them and their verdicts, and the external ids of restaurants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.database.session import Transaction
from registration.gates.decisions import Channel, SubmittedAnswer
from registration.gates.form_answers import RefusedAnswer
from registration.workflow.steps import GATE_STEPS, GateName

_EXTERNAL_IDS = text(
    """
    select id, metadata ->> 'external_id' as external_id from restaurants
    where organisation_id = :organisation and id = any(:restaurants) and metadata ->> 'external_id' is not null
    """
)
_LAST_DECIDED = text(
    """
    select distinct on (job_id) job_id, gate, visit from registration_decisions
    where organisation_id = :organisation and job_id = any(:jobs) and gate = any(:gates) and accepted
    order by job_id, decided_at desc
    """
)
_DECIDED = text(
    """
    select d.decided_at as at, r.name as restaurant, d.gate, d.decided_by as by,
        coalesce(d.answer ->> 'kind', 'what_cannot_be_read') as answer, d.source as channel,
        d.accepted, d.refused_reason as reason
    from registration_decisions d
    join registration_jobs j on j.id = d.job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and d.organisation_id = :organisation
        and d.decided_at > coalesce(cast(:after as timestamptz), '-infinity')
    order by d.decided_at, j.position
    """
)
_INSERT = text(
    """
    insert into registration_decisions (organisation_id, job_id, gate, visit, round_id, answer, shown, decided_by,
        source, decided_at, accepted, refused_reason)
    values (:organisation, :job, :gate, :visit, :round, :answer, :shown, :by, :source, clock_timestamp(), :accepted,
        :reason)
    """
).bindparams(bindparam("answer", type_=JSONB), bindparam("shown", type_=JSONB))
_ACCEPTED = text(
    """
    select decided_by, source, decided_at, answer, round_id from registration_decisions
    where organisation_id = :organisation and job_id = :job and gate = :gate and visit = :visit and accepted
    """
)
_LAST_ACCEPTED = text(
    """
    select distinct on (job_id) job_id, decided_by, source, decided_at, answer, round_id from registration_decisions
    where organisation_id = :organisation and job_id = any(:jobs) and gate = :gate and accepted
    order by job_id, decided_at desc
    """
)
_LAST_QUERY = text(
    """
    select answer -> 'query' as query from registration_decisions
    where organisation_id = :organisation and job_id = :job and accepted and answer ? 'query'
      and answer ->> 'query' is not null
    order by visit desc limit 1
    """
)
_CONFIRMED = text(
    """
    select count(*) from registration_decisions
    where organisation_id = :organisation and job_id = :job and accepted and answer ->> 'kind' = 'confirm_query'
    """
)


@dataclass(frozen=True)
class LastDecided:
    """The question of a job that was answered last."""

    gate: GateName
    visit: int


async def external_ids(transaction: Transaction, restaurant_ids: list[UUID]) -> dict[UUID, str]:
    """The restaurants' ids in the organisation's own lists, as far as they have one."""
    rows = await transaction.execute(
        _EXTERNAL_IDS, {"organisation": transaction.organisation_id, "restaurants": restaurant_ids}
    )
    return {row.id: row.external_id for row in rows}


async def last_decided(
    transaction: Transaction, job_ids: list[UUID], gates: Iterable[GateName] = GATE_STEPS
) -> dict[UUID, LastDecided]:
    """The last accepted decision of each job that has one, at one of the gates."""
    key = {"organisation": transaction.organisation_id, "jobs": job_ids, "gates": list(gates)}
    rows = await transaction.execute(_LAST_DECIDED, key)
    return {row.job_id: LastDecided(GateName(row.gate), row.visit) for row in rows}


@dataclass(frozen=True)
class AcceptedDecision:
    """An earlier decision as it is stored: by whom, through which channel, and the answer."""

    by: str
    source: str
    at: datetime
    answer: dict[str, Any]
    round_id: UUID | None

    def is_of(self, submitted: SubmittedAnswer) -> bool:
        """True if it is this very answer: a form is read again if the process died before it closed the round, and a
        signed-in person repeats an answer whose reply was lost.
        """
        same_form = (
            submitted.channel is Channel.PREFECT
            and submitted.round_id is not None
            and submitted.round_id == self.round_id
        )
        said_again = submitted.channel.signed_in and Channel(self.source).signed_in
        same_person = (same_form or said_again) and submitted.decided_by == self.by
        return same_person and _is_same_answer(self.answer, submitted.answer.model_dump(mode="json"))


def _is_same_answer(stored: dict[str, Any], said: dict[str, Any]) -> bool:
    """What was shown is made anew each time: the answer "as proposed" is the same whatever the proposal was."""
    shown = {"proposed": None, "asked": None}
    return stored | shown == said | shown


async def insert_decision(
    transaction: Transaction,
    submitted: SubmittedAnswer,
    shown: dict[str, Any],
    *,
    refused: str | None = None,
) -> None:
    """Write an accepted or refused answer with the question that the person saw."""
    parameters = {
        "organisation": transaction.organisation_id,
        "job": submitted.job_id,
        "gate": submitted.gate,
        "visit": submitted.visit,
        "round": submitted.round_id,
        "answer": submitted.answer.model_dump(mode="json"),
        "shown": shown,
        "by": submitted.decided_by,
        "source": submitted.channel,
        "accepted": refused is None,
        "reason": refused,
    }
    await transaction.execute(_INSERT, parameters)


async def accepted_decision(
    transaction: Transaction, job_id: UUID, gate: GateName, visit: int
) -> AcceptedDecision | None:
    """The accepted answer to this question, if there is one."""
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "gate": gate, "visit": visit}
    row = (await transaction.execute(_ACCEPTED, parameters)).one_or_none()
    return AcceptedDecision(row.decided_by, row.source, row.decided_at, row.answer, row.round_id) if row else None


async def last_accepted(transaction: Transaction, job_ids: list[UUID], gate: GateName) -> dict[UUID, AcceptedDecision]:
    """The last accepted answer of each job that has one at the gate."""
    key = {"organisation": transaction.organisation_id, "jobs": job_ids, "gate": gate}
    rows = await transaction.execute(_LAST_ACCEPTED, key)
    return {
        row.job_id: AcceptedDecision(row.decided_by, row.source, row.decided_at, row.answer, row.round_id)
        for row in rows
    }


async def last_query(transaction: Transaction, job_id: UUID) -> dict[str, Any] | None:
    """The query that a person last gave for this job."""
    rows = await transaction.execute(_LAST_QUERY, {"organisation": transaction.organisation_id, "job": job_id})
    return rows.scalar_one_or_none()


async def confirmed_queries(transaction: Transaction, job_id: UUID) -> int:
    """How often a person confirmed a query for this job."""
    rows = await transaction.execute(_CONFIRMED, {"organisation": transaction.organisation_id, "job": job_id})
    return rows.scalar_one()


async def insert_refused(transaction: Transaction, refused: RefusedAnswer) -> None:
    """Write an answer that could not be read, as it was submitted, with the reason."""
    parameters = {
        "organisation": transaction.organisation_id,
        "job": refused.job_id,
        "gate": refused.gate,
        "visit": refused.visit,
        "round": refused.round_id,
        "answer": refused.answer,
        "shown": {},
        "by": refused.decided_by,
        "source": refused.channel,
        "accepted": False,
        "reason": refused.reason,
    }
    await transaction.execute(_INSERT, parameters)


@dataclass(frozen=True)
class DecisionRow:
    """One decision, accepted or refused with a reason; `channel` is the channel of the answer."""

    at: datetime
    restaurant: str
    gate: str
    answer: str
    by: str
    channel: str
    accepted: bool
    reason: str | None


async def read_decided(transaction: Transaction, batch_id: UUID, after: datetime | None) -> tuple[DecisionRow, ...]:
    """The decisions after a moment; all decisions if it is None."""
    key = {"organisation": transaction.organisation_id, "batch": batch_id, "after": after}
    return tuple(DecisionRow(**row) for row in (await transaction.execute(_DECIDED, key)).mappings())
