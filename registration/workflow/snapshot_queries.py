"""The query that reads the state of every job of a batch."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.register_failures import RegisterFailure
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
                coalesce(s.result_data ->> 'asked', ''), case when s.status = 'failed' and s.step_number in (2, 4)
                    then coalesce(s.result_data ->> 'failure', 'other') else '' end,
                coalesce(extract(epoch from s.unanswered_since)::text, '')] order by s.step_number)
            from registration_job_steps s where s.job_id = j.id) as steps,
        (select jsonb_object_agg(u.name, u.status) from registration_sub_steps u where u.job_id = j.id) as effects,
        (select jsonb_object_agg(u.name, u.known) from registration_sub_steps u
            where u.job_id = j.id and u.known is not null) as known,
        (select extract(epoch from min(u.unanswered_since))::float from registration_sub_steps u
            where u.job_id = j.id and coalesce(u.sent_at > clock_timestamp() - interval '15 seconds', true)
        ) as platform_unanswered_since,
        exists (select from registration_sub_steps u where u.job_id = j.id and u.status = 'failed'
            and u.error_details ? 'outage') as failed_in_outage,
        (select array_agg(u.name) from registration_sub_steps u
            where u.job_id = j.id and u.needs_person) as undecided,
        (select count(*) + 1 from registration_decisions d
            where d.job_id = j.id and d.gate = 'item-tags' and d.accepted) as tags_visit,
        (select array_agg(u.name) from registration_sub_steps u where u.job_id = j.id and not u.needs_person
            and (u.status = 'unknown' or (u.sent_at is not null and u.status in ('in_progress', 'retrying')))) as out
    from registration_jobs j
    join registration_batch_jobs b on b.id = j.batch_job_id
    join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and j.organisation_id = :organisation
    order by j.position
    """
)


async def read_snapshot(transaction: Transaction, batch_id: UUID) -> BatchView:
    """The current state of the batch; one query."""
    rows = (
        await transaction.execute(_SNAPSHOT, {"batch": batch_id, "organisation": transaction.organisation_id})
    ).all()
    first = rows[0] if rows else None
    return BatchView(
        jobs={row.id: _job(row) for row in rows},
        cancel_requested=bool(first and first.batch_stop_requested),
        cancelled=bool(first and first.cancelled),
        halted_reason=first.stopped_reason if first else None,
    )


def _job(row: Any) -> JobView:
    return JobView(
        id=row.id,
        position=row.position,
        restaurant_id=row.restaurant_id,
        restaurant=row.name,
        city=row.city,
        status=JobStatus(row.status),
        cancel_requested=row.stop_requested,
        error_message=row.error_message,
        undecided=frozenset(row.undecided or ()),
        failed_before_continue=row.failed_before_continue,
        steps={step: _step(*cells) for step, cells in zip(Step, row.steps, strict=True)},
        effects={name: SubStepStatus(status) for name, status in row.effects.items()},
        in_flight=frozenset(row.out or ()),
        platform_unanswered_since=row.platform_unanswered_since,
        failed_in_outage=row.failed_in_outage,
        tags_visit=row.tags_visit,
        known={name: Assurance(known) for name, known in (row.known or {}).items()},
    )


def _step(
    status: str, visit: str, arrived_at: str, requested_details: str, failure: str, unanswered_since: str
) -> StepView:
    return StepView(
        StepStatus(status),
        int(visit),
        float(arrived_at) if arrived_at else None,
        requested_details or None,
        RegisterFailure.read(failure) if failure else None,
        float(unanswered_since) if unanswered_since else None,
    )
