"""The state of batches, from the view that derives it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound
from registration.states import BatchOutcome, BatchStatus
from registration.workflow.steps import Step

_SELECT = """
    select o.id, o.name, o.status, o.created_by, o.created_at, o.started_at, o.stopped_reason, o.percent,
        o.current_step, o.jobs_total, o.jobs_ended, o.jobs_completed, o.jobs_partially_completed, o.jobs_failed,
        o.jobs_skipped, o.jobs_cancelled, o.waiting_company_selection, o.waiting_yolo_config, o.waiting_unknown_effects,
        o.organisation_id, o.source_lead_scrape_job_id, o.cancelled_at, o.completed_at, o.changed_at, o.outcome,
        o.jobs_pending, o.jobs_in_progress, o.jobs_action_required, o.waiting_since, o.max_parallel,
        o.failure_threshold, o.confirm_queries, o.default_config,
        (select min((one ->> 'step_number')::integer) from jsonb_array_elements(o.steps_that_need_action) one)
            as step_that_needs_action,
        (select count(*) from registration_jobs j join registration_sub_steps s on s.job_id = j.id
            where j.batch_job_id = o.id and s.needs_person and s.name = 'itemTags' and s.status = 'pending')
            as waiting_item_tags,
        coalesce(l.expires_at > clock_timestamp(), false) as worked_on, l.flow_run_id,
        l.waiting_since is not null as left_to_people
    from registration_batch_overview o left join registration_leases l on l.batch_job_id = o.id
    where o.organisation_id = :organisation
"""
_LIST = text(
    f"{_SELECT} order by (o.status = 'action_required') desc, o.created_at desc, o.id limit cast(:limit as integer)"
)
_ONE = text(f"{_SELECT} and o.id = :batch")
_SEVERAL = text(f"{_SELECT} and o.id = any(:batches)")


@dataclass(frozen=True)
class BatchOverview:
    """One batch: its derived status, its jobs by outcome, and what waits for a person.

    `outcome` is None until the batch has ended, `changed_at` when something of it last changed. `waiting_since` is when
    the first of those that wait at a gate arrived there, `step_that_needs_action` the first step at which one waits.
    `worked_on`: a process holds its lease. `flow_run_id` is the run that held the lease last. `left_to_people`: that
    run released the lease because only people can go on.
    """

    id: UUID
    name: str
    status: BatchStatus
    created_by: str
    created_at: datetime
    started_at: datetime | None
    stopped_reason: str | None
    percent: int
    current_step: Step | None
    jobs_total: int
    jobs_ended: int
    jobs_completed: int
    jobs_partially_completed: int
    jobs_failed: int
    jobs_skipped: int
    jobs_cancelled: int
    waiting_company_selection: int
    waiting_yolo_config: int
    waiting_unknown_effects: int
    waiting_item_tags: int
    worked_on: bool
    flow_run_id: UUID | None
    left_to_people: bool
    organisation_id: UUID
    source_lead_scrape_job_id: UUID | None
    cancelled_at: datetime | None
    completed_at: datetime | None
    changed_at: datetime
    outcome: BatchOutcome | None
    jobs_pending: int
    jobs_in_progress: int
    jobs_action_required: int
    waiting_since: datetime | None
    max_parallel: int | None
    failure_threshold: float
    confirm_queries: bool
    default_config: dict[str, Any]
    step_that_needs_action: Step | None


async def list_overviews(transaction: Transaction, limit: int) -> tuple[BatchOverview, ...]:
    """At most `limit` batches of the organisation: those that need a person first, then the newest first."""
    rows = await transaction.execute(_LIST, {"organisation": transaction.organisation_id, "limit": limit})
    return tuple(map(_overview, rows))


async def read_overview(transaction: Transaction, batch_id: UUID) -> BatchOverview:
    """One batch. Raises NotFound for an unknown batch and for a batch of another organisation."""
    row = (
        await transaction.execute(_ONE, {"organisation": transaction.organisation_id, "batch": batch_id})
    ).one_or_none()
    if row is None:
        raise NotFound(
            f"there is no batch {batch_id} in this organisation",
            code="BATCH_NOT_FOUND",
        )
    return _overview(row)


async def read_overviews(transaction: Transaction, batch_ids: list[UUID]) -> tuple[BatchOverview, ...]:
    """These batches, in this order, without those of other organisations."""
    rows = await transaction.execute(_SEVERAL, {"organisation": transaction.organisation_id, "batches": batch_ids})
    found = {row.id: _overview(row) for row in rows}
    return tuple(found[batch_id] for batch_id in batch_ids if batch_id in found)


def _overview(row: Any) -> BatchOverview:
    typed = {
        "status": BatchStatus(row.status),
        "outcome": BatchOutcome(row.outcome) if row.outcome else None,
        "current_step": Step(row.current_step) if row.current_step else None,
        "step_that_needs_action": Step(row.step_that_needs_action) if row.step_that_needs_action else None,
    }
    return BatchOverview(**row._asdict() | typed)
