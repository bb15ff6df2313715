"""One query that says how every job of a batch stands."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView, StepView
from registration.workflow.steps import Step

_SNAPSHOT = text(
    """
    select j.id, j.position, j.restaurant_id, r.name, r.city, j.status, j.error_message,
        j.stop_requested_at is not null as stop_requested,
        coalesce(j.completed_at < b.continued_at, false) as failed_before_continue,
        b.stop_requested_at is not null as batch_stop_requested, b.cancelled_at is not null as cancelled,
        b.stopped_reason,
        (select array_agg(array[s.status, s.visit::text, coalesce(extract(epoch from s.arrived_at)::text, ''),
                coalesce(s.result_data ->> 'asked', '')] order by s.step_number)
            from registration_job_steps s where s.job_id = j.id) as steps,
        (select jsonb_object_agg(u.name, u.status) from registration_sub_steps u where u.job_id = j.id) as effects,
        (select jsonb_object_agg(u.name, u.known) from registration_sub_steps u
            where u.job_id = j.id and u.known is not null) as known,
        (select array_agg(u.name) from registration_sub_steps u
            where u.job_id = j.id and u.needs_person) as undecided,
        (select array_agg(u.name) from registration_sub_steps u where u.job_id = j.id and not u.needs_person
            and (u.status = 'unknown' or (u.sent_at is not null and u.status in ('in_progress', 'retrying')))) as out
    from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and j.organisation_id = :organisation
    order by j.position
    """
)


async def read_snapshot(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> BatchView:
    """How the batch stands now; one query."""
    rows = (await connection.execute(_SNAPSHOT, {"batch": batch_id, "organisation": organisation_id})).all()
    first = rows[0] if rows else None
    return BatchView(
        jobs={row.id: _job(row) for row in rows},
        stop_requested=bool(first and first.batch_stop_requested),
        cancelled=bool(first and first.cancelled),
        stopped_reason=first.stopped_reason if first else None,
    )


def _job(row: Any) -> JobView:
    return JobView(
        id=row.id,
        position=row.position,
        restaurant_id=row.restaurant_id,
        restaurant=row.name,
        city=row.city,
        status=JobStatus(row.status),
        stop_requested=row.stop_requested,
        error_message=row.error_message,
        undecided=frozenset(row.undecided or ()),
        failed_before_continue=row.failed_before_continue,
        steps={step: _step(*cells) for step, cells in zip(Step, row.steps, strict=True)},
        effects={name: SubStepStatus(status) for name, status in row.effects.items()},
        out=frozenset(row.out or ()),
        known={name: Assurance(known) for name, known in (row.known or {}).items()},
    )


def _step(status: str, visit: str, arrived_at: str, asked: str) -> StepView:
    return StepView(StepStatus(status), int(visit), float(arrived_at) if arrived_at else None, asked or None)
