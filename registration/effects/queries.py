"""Queries about the rows of the ledger. All times are those of the database's clock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.effects.models import EffectRow
from registration.states import SubStepStatus
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind
from registration.workflow.transition_queries import SYSTEM, record

_READ = text(
    """
    select job_id, name, status, generation, attempt, idempotency_key, intent_at, sent_at,
        extract(epoch from clock_timestamp() - sent_at)::float as sent_ago, outputs, error_message, skip_reason,
        needs_person, previous_sent_at, window_closed, resend_approved, unclear_sendings, restored,
        error_details is not null as answered
    from registration_sub_steps where job_id = :job and name = :name and organisation_id = :organisation
    """
)
_LOCK = text(
    """
    select from registration_sub_steps
    where job_id = any(:jobs) and name = :name and organisation_id = :organisation
    order by job_id for no key update
    """
)
_MARK_SENT = text(
    """
    with batch as (
        select from registration_batch_jobs
        where id = :batch and organisation_id = :organisation and stop_requested_at is null for share
    ), job as (
        select from registration_jobs
        where id = :job and organisation_id = :organisation and stop_requested_at is null for share
    )
    update registration_sub_steps set sent_at = clock_timestamp(), updated_at = clock_timestamp(),
        window_closed = false
    where job_id = :job and name = :name and organisation_id = :organisation
      and status = 'in_progress'
      and exists (select from batch) and exists (select from job)
    returning sent_at
    """
)
_CLEAR_SENT = text(
    """
    update registration_sub_steps set sent_at = null, updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'in_progress'
      and sent_at = :sent_at
    """
)
_UNANSWERED = text(
    """
    update registration_sub_steps set unanswered_since = clock_timestamp(), updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'in_progress'
        and unanswered_since is null
    """
)
_WAITED = text(
    """
    select extract(epoch from clock_timestamp() - unanswered_since)::float from registration_sub_steps
    where job_id = :job and name = :name and organisation_id = :organisation
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
_IN_FLIGHT = text(
    """
    select name from registration_sub_steps
    where job_id = :job and organisation_id = :organisation and not needs_person
      and (status = 'unknown' or (sent_at is not null and status in ('in_progress', 'retrying')))
    """
)
_REOPEN = text(
    """
    update registration_sub_steps set
        status = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'unknown' else 'pending' end,
        sent_at = case when status = 'failed' and name = any(:creates) then sent_at end,
        error_message = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'it was sent before: the platform is probed first' end,
        previous_sent_at = case when status <> 'completed' then previous_sent_at end,
        window_closed = window_closed and status <> 'completed', resend_approved = status = 'completed',
        restored = restored and status <> 'completed', unclear_sendings = 0, evidence = null,
        generation = generation + 1, attempt = 0, known = null, needs_person = false, intent_at = null, outputs = null,
        skip_reason = null, error_details = null, started_at = null, completed_at = null, unanswered_since = null,
        updated_at = clock_timestamp()
    where job_id = :job and name = any(:names) and organisation_id = :organisation
      and status in ('completed', 'failed', 'skipped', 'cancelled')
    returning name, generation
    """
)
_STARTS = [name for name, (kind, _) in EXTRACTION_STARTS.items() if kind is not EffectKind.SET]


async def read_effect(transaction: Transaction, job_id: UUID, name: str) -> EffectRow:
    """The row as it is now."""
    found = await transaction.execute(_READ, {"organisation": transaction.organisation_id, "job": job_id, "name": name})
    values: dict[str, Any] = dict(found.mappings().one())
    values["status"] = SubStepStatus(values["status"])
    return EffectRow(**values)


async def lock_effects(transaction: Transaction, job_ids: Collection[UUID], name: str) -> None:
    """Lock the rows of one effect of several jobs until the transaction ends."""
    await transaction.execute(_LOCK, {"organisation": transaction.organisation_id, "jobs": list(job_ids), "name": name})


async def mark_sent(transaction: Transaction, batch_id: UUID, job_id: UUID, name: str) -> datetime | None:
    """Write `sent_at` under locks of batch and job, in a transaction of the lease; None if a stop was requested."""
    parameters = {"organisation": transaction.organisation_id, "batch": batch_id, "job": job_id, "name": name}
    return (await transaction.execute(_MARK_SENT, parameters)).scalar_one_or_none()


async def clear_sent(transaction: Transaction, job_id: UUID, name: str, sent_at: datetime) -> None:
    """Take back the mark of the request that was sent at `sent_at`; a row that marks another request stays as it is."""
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "name": name, "sent_at": sent_at}
    await transaction.execute(_CLEAR_SENT, parameters)


async def note_unanswered(transaction: Transaction, job_id: UUID, name: str) -> float:
    """Note that the effect waits for a platform that cannot be reached; returns for how many seconds it has waited."""
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "name": name}
    if (await transaction.execute(_UNANSWERED, parameters)).rowcount:
        await record(transaction, f"{name} waits for the platform", SYSTEM, job_id=job_id)
    return (await transaction.execute(_WAITED, parameters)).scalar_one() or 0.0


async def set_needs_person(transaction: Transaction, job_id: UUID, name: str, message: str) -> None:
    """Have an unknown effect wait for a person, who alone can tell whether it happened."""
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "name": name, "message": message}
    await transaction.execute(_NEEDS_PERSON, parameters)


async def effects_in_flight(transaction: Transaction, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's effects that are in flight and can be reconciled without a person."""
    found = await transaction.execute(_IN_FLIGHT, {"organisation": transaction.organisation_id, "job": job_id})
    return tuple(found.scalars())


async def unsent_effects(transaction: Transaction, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's open effects without a request in flight."""
    found = await transaction.execute(_UNSENT, {"organisation": transaction.organisation_id, "job": job_id})
    return tuple(found.scalars())


async def reopen_effects(transaction: Transaction, job_id: UUID, names: Sequence[str]) -> dict[str, int]:
    """Reopen ended effects, as a new generation with a new idempotency key; returns their generations by name.

    A create effect that failed without a clear no is reopened as unknown and keeps when its request was sent: the
    effect may still appear, and is probed until the limit has passed. A completed effect is requested once more because
    a person named it: an earlier success that the platform recorded does not count.
    """
    creates = [*_STARTS, *(name for name, row in SUB_STEPS.items() if row.effect is not EffectKind.SET)]
    parameters = {"organisation": transaction.organisation_id, "job": job_id, "names": list(names), "creates": creates}
    rows = await transaction.execute(_REOPEN, parameters)
    return {row.name: row.generation for row in rows}
