"""Queries about the effect ledger: its rows, open effects, reopened effects. The database's clock counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import SubStepStatus
from registration.workflow.sub_steps import EXTRACTION_STARTS, SUB_STEPS, EffectKind

_READ = text(
    """
    select status, generation, attempt, idempotency_key, intent_at, sent_at, outputs, error_message, skip_reason,
        needs_person, (evidence ->> 'sent_before')::timestamptz as sent_before,
        coalesce((evidence ->> 'over')::boolean, false) as over,
        coalesce((evidence ->> 'do_again')::boolean, false) as do_again,
        coalesce((evidence ->> 'unclear')::integer, 0) as unclear,
        coalesce((evidence ->> 'restored')::boolean, false) as restored, error_details is not null as answered,
        extract(epoch from clock_timestamp() - sent_at)::float as sent_ago
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
        evidence = evidence - 'over'
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
_NEEDS_PERSON = text(
    """
    update registration_sub_steps set needs_person = true, error_message = :message, updated_at = clock_timestamp()
    where job_id = :job and name = :name and organisation_id = :organisation and status = 'unknown'
    """
)


@dataclass(frozen=True)
class LedgerRow:
    """One effect of a job.

    `sent_at` is there while a request is out, and after one that did not end in a clear no; `sent_ago` says how many
    seconds ago. `sent_before`: an earlier request did not get a clear answer either. `over`: nothing of what was sent
    can still be under way at the platform. `do_again`: a person said so. `unclear`: how many requests before the last
    one were sent and never clearly answered. `restored`: the database was taken back while it was not completed.
    `answered`: `error_message` has the platform's own words.
    """

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
    needs_person: bool
    sent_before: datetime | None
    over: bool
    do_again: bool
    unclear: int
    restored: bool
    answered: bool


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
        needs_person=row.needs_person,
        sent_before=row.sent_before,
        over=row.over,
        do_again=row.do_again,
        unclear=row.unclear,
        restored=row.restored,
        answered=row.answered,
    )


async def lock_effects(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID], name: str
) -> None:
    """Hold one effect of several jobs until the transaction ends."""
    await connection.execute(_LOCK, {"organisation": organisation_id, "jobs": list(job_ids), "name": name})


async def mark_sent(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, job_id: UUID, name: str
) -> datetime | None:
    """Write `sent_at` under locks of batch and job, in a transaction of the lease; None if a stop was requested."""
    parameters = {"organisation": organisation_id, "batch": batch_id, "job": job_id, "name": name}
    return (await connection.execute(_MARK_SENT, parameters)).scalar_one_or_none()


async def clear_sent(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str, sent_at: datetime
) -> None:
    """The request that was marked at `sent_at` did not leave, or was clearly refused for now; others stay marked."""
    parameters = {"organisation": organisation_id, "job": job_id, "name": name, "sent_at": sent_at}
    await connection.execute(_CLEAR_SENT, parameters)


async def needs_person(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, name: str, message: str
) -> None:
    """Only a person can say whether this unknown effect happened."""
    parameters = {"organisation": organisation_id, "job": job_id, "name": name, "message": message}
    await connection.execute(_NEEDS_PERSON, parameters)


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


async def sent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's effects that are out without an outcome, and wait for nobody."""
    found = await connection.execute(_SENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())


async def unsent_effects(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> tuple[str, ...]:
    """The names of a job's open effects of which nothing is out."""
    found = await connection.execute(_UNSENT, {"organisation": organisation_id, "job": job_id})
    return tuple(found.scalars())


_RENEW = text(
    """
    update registration_sub_steps set
        status = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'unknown' else 'pending' end,
        sent_at = case when status = 'failed' and name = any(:creates) then sent_at end,
        error_message = case when status = 'failed' and sent_at is not null and name = any(:creates)
            then 'it was sent before: whether it is there is looked for first' end,
        evidence = case when status = 'completed' then '{"do_again": true}'
            else nullif(jsonb_strip_nulls(jsonb_build_object(
                'sent_before', evidence -> 'sent_before', 'over', evidence -> 'over',
                'restored', evidence -> 'restored')), '{}') end,
        generation = generation + 1, attempt = 0, known = null, needs_person = false, intent_at = null, outputs = null,
        skip_reason = null, error_details = null, started_at = null, completed_at = null,
        updated_at = clock_timestamp()
    where job_id = :job and name = any(:names) and organisation_id = :organisation
      and status in ('completed', 'failed', 'skipped', 'cancelled')
    returning name, generation
    """
)
_STARTS = [name for name, (kind, _) in EXTRACTION_STARTS.items() if kind is not EffectKind.SET]


async def renew(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, names: Sequence[str]
) -> dict[str, int]:
    """Open ended effects once more, as a new generation with a new idempotency key; their generations by name.

    What was sent before may still turn up: a create effect that failed without a clear no is unknown, so that it is
    looked for until its limit has passed, and that it was sent is not forgotten. What was completed is done once more
    because a person named it: an earlier success that the platform recorded does not count.
    """
    creates = [*_STARTS, *(name for name, row in SUB_STEPS.items() if row.effect is not EffectKind.SET)]
    parameters = {"organisation": organisation_id, "job": job_id, "names": list(names), "creates": creates}
    rows = await connection.execute(_RENEW, parameters)
    return {row.name: row.generation for row in rows}
