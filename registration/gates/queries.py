"""Queries about decisions: what was answered, by whom, with what result, and the ids by which people know a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.gates.decisions import Channel, GivenAnswer
from registration.gates.form_answers import RefusedAnswer
from registration.workflow.steps import GateName

_EXTERNAL_IDS = text(
    """
    select id, metadata ->> 'external_id' as external_id from restaurants
    where organisation_id = :organisation and id = any(:restaurants) and metadata ->> 'external_id' is not null
    """
)
_LAST_DECIDED = text(
    """
    select distinct on (job_id) job_id, gate, visit from registration_decisions
    where organisation_id = :organisation and job_id = any(:jobs) and accepted
    order by job_id, decided_at desc
    """
)


@dataclass(frozen=True)
class LastDecided:
    """The question of a job that was answered last."""

    gate: GateName
    visit: int


async def external_ids(
    connection: AsyncConnection, organisation_id: UUID, restaurant_ids: list[UUID]
) -> dict[UUID, str]:
    """The ids of the organisation's own lists, of the restaurants that have one."""
    rows = await connection.execute(_EXTERNAL_IDS, {"organisation": organisation_id, "restaurants": restaurant_ids})
    return {row.id: row.external_id for row in rows}


async def last_decided(
    connection: AsyncConnection, organisation_id: UUID, job_ids: list[UUID]
) -> dict[UUID, LastDecided]:
    """The last accepted decision of each job that has one."""
    rows = await connection.execute(_LAST_DECIDED, {"organisation": organisation_id, "jobs": job_ids})
    return {row.job_id: LastDecided(GateName(row.gate), row.visit) for row in rows}


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
class Decided:
    """The earlier decision as it is stored: who, through which channel, and what."""

    by: str
    source: str
    at: datetime
    answer: dict[str, Any]
    round_id: UUID | None

    def is_of(self, given: GivenAnswer) -> bool:
        """Whether it is the very answer: a form is read once more if the process died before it closed the round."""
        same_form = given.channel is Channel.PREFECT and given.round_id is not None and given.round_id == self.round_id
        return same_form and given.decided_by == self.by and given.answer.model_dump(mode="json") == self.answer


async def insert_decision(
    connection: AsyncConnection,
    organisation_id: UUID,
    given: GivenAnswer,
    shown: dict[str, Any],
    *,
    refused: str | None = None,
) -> None:
    """Write an accepted or refused answer with what the person was shown."""
    parameters = {
        "organisation": organisation_id,
        "job": given.job_id,
        "gate": given.gate,
        "visit": given.visit,
        "round": given.round_id,
        "answer": given.answer.model_dump(mode="json"),
        "shown": shown,
        "by": given.decided_by,
        "source": given.channel,
        "accepted": refused is None,
        "reason": refused,
    }
    await connection.execute(_INSERT, parameters)


async def accepted_decision(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, gate: GateName, visit: int
) -> Decided | None:
    """Who answered this question already, if somebody did."""
    parameters = {"organisation": organisation_id, "job": job_id, "gate": gate, "visit": visit}
    row = (await connection.execute(_ACCEPTED, parameters)).one_or_none()
    return Decided(row.decided_by, row.source, row.decided_at, row.answer, row.round_id) if row else None


async def last_query(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> dict[str, Any] | None:
    """The query that a person gave last for this job."""
    found = await connection.execute(_LAST_QUERY, {"organisation": organisation_id, "job": job_id})
    return found.scalar_one_or_none()


async def confirmed_queries(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> int:
    """How often a person confirmed what the register is asked for this job."""
    found = await connection.execute(_CONFIRMED, {"organisation": organisation_id, "job": job_id})
    return found.scalar_one()


async def insert_refused(connection: AsyncConnection, organisation_id: UUID, refused: RefusedAnswer) -> None:
    """Write an answer that could not even be read, as it was submitted, with what is wrong with it."""
    parameters = {
        "organisation": organisation_id,
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
    await connection.execute(_INSERT, parameters)
