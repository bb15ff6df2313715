"""Queries about the effect ledger. Seconds are counted by the database's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import SubStepStatus

_READ = text(
    """
    select status, generation, attempt, idempotency_key, intent_at, sent_at, outputs, error_message, skip_reason,
        needs_person,
        sent_at is not null or coalesce(evidence ? 'sent_before', false) as ever_sent,
        extract(epoch from clock_timestamp() - sent_at)::float as sent_ago
    from registration_sub_steps where job_id = :job and name = :name and organisation_id = :organisation
    """
)
_MARK_SENT = text(
    """
    with lease as (
        select from registration_leases
        where batch_job_id = :batch and holder = :holder and expires_at > clock_timestamp() for share
    ), batch as (
        select from registration_batch_jobs where id = :batch and stop_requested_at is null for share
    ), job as (
        select from registration_jobs where id = :job and stop_requested_at is null for share
    )
    update registration_sub_steps set sent_at = clock_timestamp(), updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation
      and status = 'in_progress'
      and exists (select from lease) and exists (select from batch) and exists (select from job)
    returning sent_at
    """
)
_HOLDS = text(
    """
    select exists (select from registration_leases
        where batch_job_id = :batch and holder = :holder and expires_at > clock_timestamp())
    """
)
_CLEAR_SENT = text(
    """
    update registration_sub_steps set sent_at = null, updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'in_progress'
    """
)
_NEEDS_PERSON = text(
    """
    update registration_sub_steps set needs_person = true, error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'unknown'
    """
)
_UNSENT = text(
    """
    select name from registration_sub_steps
    where job_id = :job and organisation_id = :organisation and sent_at is null
      and status in ('pending', 'in_progress', 'retrying')
    """
)
_SENT = text(
    """
    select name from registration_sub_steps
    where job_id = :job and organisation_id = :organisation and not needs_person
      and (status = 'unknown' or (sent_at is not null and status in ('in_progress', 'retrying')))
    """
)
_RENEW = text(
    """
    update registration_sub_steps set status = 'pending', generation = generation + 1, attempt = 0,
        needs_person = false, intent_at = null, sent_at = null, outputs = null, skip_reason = null,
        evidence = case when status <> 'completed' and evidence ? 'sent_before'
            then jsonb_build_object('sent_before', evidence -> 'sent_before') end,
        error_message = null, error_details = null, started_at = null, completed_at = null,
        updated_at = clock_timestamp()
    where job_id = :job and name = any(:names) and organisation_id = :organisation
      and status in ('completed', 'failed', 'skipped', 'cancelled')
    returning name, generation
    """
)


@dataclass(frozen=True)
class LedgerRow:
    """One effect of a job; `sent_ago` is in seconds, None if nothing is out without an outcome."""

    status: SubStepStatus
    generation: int
    attempt: int
    idempotency_key: str | None
    intent_at: datetime | None
    sent_at: datetime | None
    sent_ago: float | None
    outputs: dict[str, Any] | None
    error_message: str | None
    skip_reason: str | None
    ever_sent: bool
    needs_person: bool


async def read_effect(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str) -> LedgerRow:
    """The row as it is now."""
    found = await connection.execute(_READ, {"organisation": organisation_id, "job": job_id, "name": name})
    row = found.one()
    return LedgerRow(
        status=SubStepStatus(row.status),
        generation=row.generation,
        attempt=row.attempt,
        idempotency_key=row.idempotency_key,
        intent_at=row.intent_at,
        sent_at=row.sent_at,
        sent_ago=row.sent_ago,
        outputs=row.outputs,
        error_message=row.error_message,
        skip_reason=row.skip_reason,
        ever_sent=row.ever_sent,
        needs_person=row.needs_person,
    )


async def mark_sent(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, job_id: UUID, name: str, holder: UUID
) -> datetime | None:
    """Write `sent_at` under locks of lease, batch and job; None if the lease is lost or a stop was requested."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "job": job_id, "name": name, "holder": holder}
    return (await connection.execute(_MARK_SENT, parameters)).scalar_one_or_none()


async def holds_lease(connection: AsyncConnection, batch_id: UUID, holder: UUID) -> bool:
    """Whether the lease is still this process's."""
    return bool((await connection.execute(_HOLDS, {"batch": batch_id, "holder": holder})).scalar_one())


async def clear_sent(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str) -> None:
    """Nothing left after all, or it was clearly refused for now."""
    await connection.execute(_CLEAR_SENT, {"organisation": organisation_id, "job": job_id, "name": name})


async def sent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's effects that are out without an outcome, and wait for nobody."""
    found = await connection.execute(_SENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())


async def needs_person(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str, message: str
) -> None:
    """Only a person can say whether this unknown effect happened."""
    parameters = {"organisation": organisation_id, "job": job_id, "name": name, "message": message}
    await connection.execute(_NEEDS_PERSON, parameters)


async def renew(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, names: Sequence[str]
) -> dict[str, int]:
    """Open ended effects once more, as a new generation with a new idempotency key; their generations by name.

    What was sent before and never answered may still turn up: that it was sent is not forgotten.
    """
    rows = await connection.execute(_RENEW, {"organisation": organisation_id, "job": job_id, "names": list(names)})
    return {row.name: row.generation for row in rows}


async def unsent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's open effects of which nothing is out."""
    found = await connection.execute(_UNSENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())
