"""Everything about the jobs of one batch, or one job: columns, steps, sub-steps. Three queries, however many jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound
from registration.states import JobStatus, StepStatus
from registration.workflow.steps import Step

_JOBS = """
    select j.id, j.batch_job_id as batch_id, j.organisation_id, j.restaurant_id, r.name as restaurant,
        r.address as restaurant_address, r.city as restaurant_city, j.position, j.status, j.execution_config,
        j.error_message, j.created_at, j.started_at, j.completed_at, j.stop_requested_at is not null as stop_requested,
        a.outputs ->> 'account_id' as platform_account_id,
        p.outputs ->> 'pumpd_restaurant_id' as platform_restaurant_id,
        (select min(u.unanswered_since) from registration_sub_steps u where u.job_id = j.id)
            as platform_unanswered_since,
        array(select u.name from registration_sub_steps u where u.job_id = j.id and u.needs_person order by 1)
            as undecided
    from registration_jobs j
    join restaurants r on r.id = j.restaurant_id
    left join registration_sub_steps a on a.job_id = j.id and a.name = 'cloudwaitressAccount'
    left join registration_sub_steps p on p.job_id = j.id and p.name = 'restaurantRegistration'
    where j.organisation_id = :organisation and {where}
    order by j.position
"""
_OF_BATCH = text(_JOBS.format(where="j.batch_job_id = :id"))
_OF_RESTAURANT = text(_JOBS.format(where="j.restaurant_id = :id"))
_ONE = text(_JOBS.format(where="j.id = :id"))
_STEPS = text(
    """
    select s.id, s.job_id, s.step_number, s.step_name, s.step_type, s.status, s.visit, s.arrived_at, s.unanswered_since,
        s.started_at, s.completed_at, s.error_message, s.retry_count, s.max_retries, s.result_data
    from registration_job_steps s
    where s.job_id = any(:jobs) and s.organisation_id = :organisation order by s.job_id, s.step_number
    """
)
_PROGRESS = text(
    """
    select job_id, current_phase, sub_steps_completed, sub_steps_ended, phases from registration_sub_step_progress
    where job_id = any(:jobs) and organisation_id = :organisation
    """
)
_STEP = {int(step): step for step in Step}
_STATUS = {str(status): status for status in StepStatus}


@dataclass(frozen=True)
class DetailStep:
    """One of the six steps of a job, as it is stored."""

    id: UUID
    job_id: UUID
    step: Step
    name: str
    kind: str
    status: StepStatus
    visit: int
    arrived_at: datetime | None
    unanswered_since: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    error_message: str | None
    retry_count: int
    max_retries: int
    result_data: dict[str, Any]


@dataclass(frozen=True)
class SubStepProgress:
    """The twelve sub-steps by phase, as the view has them."""

    current_phase: str
    completed: int
    ended: int
    phases: dict[str, Any]


@dataclass(frozen=True)
class DetailJob:
    """A job with everything that is stored of its work; `undecided` are effects that a person must resolve.

    `platform_unanswered_since` is when the platform could first not be reached for an effect that waits for it.
    """

    id: UUID
    batch_id: UUID
    organisation_id: UUID
    restaurant_id: UUID
    restaurant: str
    restaurant_address: str | None
    restaurant_city: str | None
    position: int
    status: JobStatus
    execution_config: dict[str, Any] | None
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    stop_requested: bool
    platform_account_id: str | None
    platform_restaurant_id: str | None
    platform_unanswered_since: datetime | None
    undecided: tuple[str, ...]
    steps: Mapping[Step, DetailStep]
    progress: SubStepProgress

    @property
    def current_step(self) -> Step:
        """The first step that has not ended; the last one of a job that has."""
        return next((step for step, one in self.steps.items() if not one.status.ended), Step.SET_UP)


async def read_job_details(transaction: Transaction, batch_id: UUID) -> tuple[DetailJob, ...]:
    """The jobs of a batch, in its order; none for an unknown batch and for another organisation's."""
    parameters = {"id": batch_id, "organisation": transaction.organisation_id}
    return await _jobs(transaction, await transaction.execute(_OF_BATCH, parameters))


async def read_jobs_of_restaurant(transaction: Transaction, restaurant_id: UUID) -> tuple[DetailJob, ...]:
    """The jobs of a restaurant in all batches, newest first; none for another organisation's."""
    parameters = {"id": restaurant_id, "organisation": transaction.organisation_id}
    jobs = await _jobs(transaction, await transaction.execute(_OF_RESTAURANT, parameters))
    return tuple(sorted(jobs, key=lambda job: job.created_at, reverse=True))


async def read_job_detail(transaction: Transaction, job_id: UUID) -> DetailJob:
    """Raises NotFound for an unknown job and for another organisation's."""
    parameters = {"id": job_id, "organisation": transaction.organisation_id}
    found = await _jobs(transaction, await transaction.execute(_ONE, parameters))
    if not found:
        raise NotFound(f"there is no job {job_id} in this organisation", code="JOB_NOT_FOUND")
    return found[0]


async def _jobs(transaction: Transaction, rows: Any) -> tuple[DetailJob, ...]:
    found = [dict(row) for row in rows.mappings()]
    parameters = {"jobs": [row["id"] for row in found], "organisation": transaction.organisation_id}
    steps: dict[UUID, dict[Step, DetailStep]] = {row["id"]: {} for row in found}
    for row in await transaction.execute(_STEPS, parameters):
        steps[row.job_id][Step(row.step_number)] = _step(row)
    progress = {row.job_id: _progress(row) for row in await transaction.execute(_PROGRESS, parameters)}
    return tuple(_job(row, steps[row["id"]], progress[row["id"]]) for row in found)


def _job(row: dict[str, Any], steps: Mapping[Step, DetailStep], progress: SubStepProgress) -> DetailJob:
    row |= {"status": JobStatus(row["status"]), "undecided": tuple(row["undecided"])}
    return DetailJob(**row, steps=steps, progress=progress)


def _step(row: Any) -> DetailStep:
    """The columns are in the order of the fields."""
    id_, job_id, number, name, kind, status, *others = row
    return DetailStep(id_, job_id, _STEP[number], name, kind, _STATUS[status], *others)


def _progress(row: Any) -> SubStepProgress:
    return SubStepProgress(row.current_phase, row.sub_steps_completed, row.sub_steps_ended, row.phases)
