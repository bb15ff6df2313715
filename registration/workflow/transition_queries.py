"""Moves: the only way in which a status changes, with its event, in the caller's transaction.

Each move is one conditional UPDATE over the table of allowed moves; False means that another transaction moved the row
first, and nothing was overwritten.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.database.session import Transaction
from registration.states import (
    JOB_MOVES,
    STEP_MOVES,
    SUB_STEP_MOVES,
    SUB_STEP_STATEMENTS,
    JobStatus,
    StepStatus,
    SubStepStatus,
)

_BEGIN = frozenset({"in_progress"})
_END = frozenset({"completed", "partially_completed", "failed", "skipped", "cancelled"})
_STEPS, _SUB_STEPS, _JOBS = "registration_job_steps", "registration_sub_steps", "registration_jobs"
_NO_OPEN_REQUEST = (
    ", previous_sent_at = null, window_closed = false, resend_approved = false, unclear_sendings = 0, restored = false"
)
"""What the row of an effect remembers of its requests ends with its completion."""
_JSON = frozenset({"result_data", "error_details", "outputs", "evidence", "execution_config"})
_ACTOR_ID = "jsonb_strip_nulls(jsonb_build_object('actor_id', nullif(current_setting('app.actor_id', true), '')))"
"""The id of the signed-in person, in a transaction that has one: names of persons change, and are not unique."""
_RECORD = text(
    f"""
    insert into registration_events (organisation_id, batch_job_id, job_id, what, actor, reason, data, created_at)
    values (:organisation, coalesce(cast(:batch as uuid), (select batch_job_id from registration_jobs where id = :job)),
            :job, :what, :actor, :reason, cast(:data as jsonb) || {_ACTOR_ID}, clock_timestamp())
    """
).bindparams(bindparam("data", type_=JSONB))


@dataclass(frozen=True)
class Attribution:
    """Who or what causes a move, and why."""

    actor: str
    reason: str | None = None


SYSTEM = Attribution("pipeline")


async def move_step(
    transaction: Transaction,
    job_id: UUID,
    step: int,
    to: StepStatus,
    attribution: Attribution = SYSTEM,
    **values: Any,
) -> bool:
    """Move one of the six steps; `values` are further columns to set. The caller refreshes the job's status
    afterwards.
    """
    key = {"job_id": job_id, "step_number": step}
    return await _move(transaction, _STEPS, key, STEP_MOVES[to], to, f"step {step}", attribution, values)


async def move_sub_step(
    transaction: Transaction,
    job_id: UUID,
    name: str,
    to: SubStepStatus,
    attribution: Attribution = SYSTEM,
    **values: Any,
) -> bool:
    """Move one row of the effect ledger; `values` are further columns to set."""
    key = {"job_id": job_id, "name": name}
    return await _move(transaction, _SUB_STEPS, key, SUB_STEP_MOVES[to], to, name, attribution, values)


async def move_sub_step_as_stated(
    transaction: Transaction, job_id: UUID, name: str, to: SubStepStatus, attribution: Attribution, **values: Any
) -> bool:
    """Move an ended sub-step because a person says that it was done by hand, or is not needed."""
    key = {"job_id": job_id, "name": name}
    return await _move(transaction, _SUB_STEPS, key, SUB_STEP_STATEMENTS[to], to, name, attribution, values)


async def move_job(
    transaction: Transaction,
    job_id: UUID,
    to: JobStatus,
    attribution: Attribution = SYSTEM,
    **values: Any,
) -> bool:
    """Move a job."""
    return await _move(transaction, _JOBS, {"id": job_id}, JOB_MOVES[to], to, "job", attribution, values)


async def record(
    transaction: Transaction,
    what: str,
    attribution: Attribution,
    *,
    batch_id: UUID | None = None,
    job_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write an event that is no move: what happened, to which batch or job, and who caused it."""
    await transaction.execute(
        _RECORD,
        {
            "organisation": transaction.organisation_id,
            "batch": batch_id,
            "job": job_id,
            "what": what,
            "actor": attribution.actor,
            "reason": attribution.reason,
            "data": data or {},
        },
    )


async def _move(
    transaction: Transaction,
    table: str,
    key: dict[str, Any],
    sources: Collection[str],
    to: str,
    what: str,
    attribution: Attribution,
    values: dict[str, Any],
) -> bool:
    moved = await transaction.execute(
        move_statement(table, tuple(key), to, tuple(values)),
        {
            **key,
            **values,
            "to": to,
            "sources": [str(source) for source in sources],
            "organisation": transaction.organisation_id,
            "what": what,
            "actor": attribution.actor,
            "reason": attribution.reason,
        },
    )
    return moved.rowcount == 1


@cache
def move_statement(table: str, key: tuple[str, ...], to: str, values: tuple[str, ...]) -> TextClause:
    """Move the row of `table` that `key` names, if its status allows it; set `values` and write the event."""
    where = " and ".join(f"{column} = :{column}" for column in key)
    columns = "".join(f", {column} = :{column}" for column in values) + _implied(table, to, values)
    job, batch = ("id", "batch_job_id") if table == _JOBS else ("job_id", "null::uuid")
    statement = text(
        f"""
        with before as (
            select id, status from {table}
            where {where} and organisation_id = :organisation and status = any(:sources) for no key update
        ), moved as (
            update {table} t set status = :to, updated_at = clock_timestamp(){columns}
            from before where t.id = before.id
            returning t.{job} as job_id, {batch} as batch_job_id, before.status as was
        )
        insert into registration_events
            (organisation_id, batch_job_id, job_id, what, from_status, to_status, actor, reason, data, created_at)
        select :organisation,
            coalesce(batch_job_id, (select j.batch_job_id from registration_jobs j where j.id = moved.job_id)),
            job_id, :what, was, :to, :actor, :reason, {_ACTOR_ID}, clock_timestamp()
        from moved
        """
    )
    return statement.bindparams(
        *(bindparam(column, type_=JSONB(none_as_null=True)) for column in values if column in _JSON)
    )


def _implied(table: str, to: str, values: tuple[str, ...]) -> str:
    """Further columns that a move sets. All times are the database's; a second beginning keeps the time of
    the first.
    """
    columns = ""
    if to in _BEGIN:
        columns += ", started_at = coalesce(started_at, clock_timestamp()), completed_at = null"
    if to in _END:
        columns += ", completed_at = clock_timestamp()"
    if (table == _STEPS and to in _END) or (table == _SUB_STEPS and to not in _BEGIN):
        columns += ", unanswered_since = null"
    if table == _STEPS and to == StepStatus.ACTION_REQUIRED:
        columns += ", arrived_at = clock_timestamp()"
    if table == _SUB_STEPS and to in _BEGIN:
        columns += ", intent_at = coalesce(intent_at, clock_timestamp())"
    if table == _SUB_STEPS and to == SubStepStatus.COMPLETED:
        columns += _NO_OPEN_REQUEST
    if table == _SUB_STEPS and "known" not in values:
        columns += ", known = null"
    if table == _SUB_STEPS and to in _END and "needs_person" not in values:
        columns += ", needs_person = false"
    return columns
