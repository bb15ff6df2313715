"""How batches stand, from the view in which it is derived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.states import BatchStatus
from registration.workflow.steps import Step

_SELECT = """
    select o.id, o.name, o.status, o.created_by, o.created_at, o.started_at, o.stopped_reason, o.percent,
        o.current_step, o.jobs_total, o.jobs_ended, o.jobs_completed, o.jobs_partially_completed, o.jobs_failed,
        o.jobs_skipped, o.jobs_cancelled, o.waiting_company_selection, o.waiting_yolo_config, o.waiting_unknown_effects,
        coalesce(l.expires_at > clock_timestamp(), false) as worked_on, l.flow_run_id,
        l.waiting_since is not null as left_to_people
    from registration_batch_overview o left join registration_leases l on l.batch_job_id = o.id
    where o.organisation_id = :organisation
"""
_LIST = text(
    f"{_SELECT} order by (o.status = 'action_required') desc, o.created_at desc, o.id limit cast(:limit as integer)"
)
_ONE = text(f"{_SELECT} and o.id = :batch")


@dataclass(frozen=True)
class BatchOverview:
    """One batch: its derived status, its jobs by outcome, and what waits for a person.

    `worked_on` says whether a process holds its lease; `flow_run_id` is the run that held it last. `left_to_people`:
    it gave the lease back because only people can go on.
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
    worked_on: bool
    flow_run_id: UUID | None
    left_to_people: bool


async def list_overviews(connection: AsyncConnection, organisation_id: UUID, limit: int) -> tuple[BatchOverview, ...]:
    """The organisation's batches: those that need somebody first, then the newest first; at most `limit`."""
    rows = await connection.execute(_LIST, {"organisation": organisation_id, "limit": limit})
    return tuple(map(_overview, rows))


async def read_overview(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> BatchOverview:
    """Raises NotFound for an unknown batch and for another organisation's."""
    row = (await connection.execute(_ONE, {"organisation": organisation_id, "batch": batch_id})).one_or_none()
    if row is None:
        raise NotFound(f"there is no batch {batch_id} in this organisation; `registration batches` lists them")
    return _overview(row)


def _overview(row: Any) -> BatchOverview:
    values = row._asdict()
    step = Step(row.current_step) if row.current_step else None
    return BatchOverview(**values | {"status": BatchStatus(row.status), "current_step": step})
