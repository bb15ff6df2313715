"""Moving the steps of a job: each move locks the job first and settles the job's own status in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.states import JobStatus, StepStatus
from registration.workflow.steps import STEPS, Step, job_status
from registration.workflow.transition_queries import SYSTEM, Attribution, move_job, move_step, record

_LOCK = text(
    "select status from registration_jobs where id = :job and organisation_id = :organisation for no key update"
)
_LOCK_STEPS = text(
    "select from registration_job_steps where job_id = :job and organisation_id = :organisation"
    " order by step_number for no key update"
)
_STANDING = text(
    """
    select s.step_number, s.status, s.error_message,
        (select coalesce(array_agg(u.name) filter (where u.status not in ('completed', 'skipped')), '{}')
            from registration_sub_steps u where u.job_id = s.job_id) as failed,
        (select coalesce(bool_or(u.needs_person), false)
            from registration_sub_steps u where u.job_id = s.job_id) as needs
    from registration_job_steps s
    where s.job_id = :job and s.organisation_id = :organisation order by s.step_number
    """
)
_REOPEN_STEP = text(
    """
    update registration_job_steps set status = :to, visit = visit + 1, retry_count = 0,
        result_data = :result, error_message = null, error_details = null, completed_at = null,
        updated_at = clock_timestamp(),
        arrived_at = case when cast(:to as varchar) = 'action_required' then clock_timestamp() end
    where job_id = :job and step_number = :step and organisation_id = :organisation
        and status in ('completed', 'failed', 'skipped', 'cancelled')
    returning visit
    """
).bindparams(bindparam("result", type_=JSONB))
_REOPEN_JOB = text(
    """
    update registration_jobs set status = 'in_progress', completed_at = null, error_message = null,
        error_details = null, updated_at = clock_timestamp()
    where id = :job and organisation_id = :organisation
        and status in ('completed', 'partially_completed', 'failed', 'cancelled', 'skipped')
    """
)
_COUNT_RETRY = text(
    """
    update registration_job_steps set retry_count = retry_count + 1, updated_at = clock_timestamp()
    where job_id = :job and step_number = :step and organisation_id = :organisation and retry_count < max_retries
    """
)


async def lock_job(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> JobStatus:
    """Hold the job's row until the transaction ends; raises NotFound for an unknown or foreign one."""
    row = await connection.execute(_LOCK, {"job": job_id, "organisation": organisation_id})
    status = row.scalar_one_or_none()
    if status is None:
        raise NotFound(f"there is no job {job_id} in this organisation")
    return JobStatus(status)


async def lock_jobs(connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]) -> None:
    """Lock several jobs, in one order for everybody, so that no two transactions deadlock."""
    for job_id in sorted(set(job_ids), key=str):
        await lock_job(connection, organisation_id, job_id)


async def lock_steps(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> None:
    """Lock the job and its six steps. Whoever moves sub-steps before steps does so first, as steps are locked first."""
    await lock_job(connection, organisation_id, job_id)
    await connection.execute(_LOCK_STEPS, {"job": job_id, "organisation": organisation_id})


async def advance(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    step: Step,
    to: StepStatus,
    attribution: Attribution = SYSTEM,
    **values: Any,
) -> bool:
    """Move one step and settle the job; False if somebody else moved the step first."""
    await lock_job(connection, organisation_id, job_id)
    if not await move_step(connection, organisation_id, job_id, step, to, attribution, **values):
        return False
    await refresh_job_status(connection, organisation_id, job_id, attribution)
    return True


async def arrive_at(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, gate: Step, asked: str | None = None
) -> bool:
    """Begin to wait for a person; `asked` names the details that are asked for. False if the step is not pending."""
    result = {"asked": asked} if asked else {}
    waiting = StepStatus.ACTION_REQUIRED
    return await advance(connection, organisation_id, job_id, gate, waiting, SYSTEM, result_data=result)


async def skip_steps(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, steps: tuple[Step, ...], attribution: Attribution
) -> None:
    """Skip every one of `steps` that is still open, with the reason, and settle the job."""
    await lock_job(connection, organisation_id, job_id)
    for step in steps:
        result = {"skipped": attribution.reason}
        await move_step(connection, organisation_id, job_id, step, StepStatus.SKIPPED, attribution, result_data=result)
    await refresh_job_status(connection, organisation_id, job_id, attribution)


async def reopen(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    step: Step,
    to: StepStatus,
    attribution: Attribution,
    result: dict[str, Any] | None = None,
) -> int | None:
    """The one move out of an ended step: its visit rises, its job works again.

    `to` is pending or action_required; `result` becomes the step's result_data. Returns the new visit, None if the step
    has not ended.
    """
    await lock_job(connection, organisation_id, job_id)
    parameters = {"job": job_id, "step": step, "to": to, "organisation": organisation_id, "result": result or {}}
    visit = (await connection.execute(_REOPEN_STEP, parameters)).scalar_one_or_none()
    if visit is None:
        return None
    await connection.execute(_REOPEN_JOB, {"job": job_id, "organisation": organisation_id})
    data = {"step": int(step), "visit": visit}
    await record(connection, organisation_id, f"step {step} reopened", attribution, job_id=job_id, data=data)
    await refresh_job_status(connection, organisation_id, job_id, attribution)
    return visit


async def refresh_job_status(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution = SYSTEM
) -> None:
    """Write the job's status as it follows from its steps and effects."""
    rows = (await connection.execute(_STANDING, {"job": job_id, "organisation": organisation_id})).all()
    steps = {Step(row.step_number): StepStatus(row.status) for row in rows}
    status = job_status(steps, rows[0].failed, needs_person=rows[0].needs)
    errors = [f"{STEPS[Step(row.step_number)].name}: {row.error_message}" for row in rows if row.error_message]
    message = "; ".join(errors) if status.ended else None
    if status is not JobStatus.PENDING:
        await move_job(connection, organisation_id, job_id, status, attribution, error_message=message)


async def count_retry(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, step: Step) -> bool:
    """Use up one of a step's retries; False if none is left."""
    parameters = {"job": job_id, "step": step, "organisation": organisation_id}
    return (await connection.execute(_COUNT_RETRY, parameters)).rowcount == 1


_STEP = text(
    """
    select s.status, s.visit, s.result_data, s.retry_count >= s.max_retries as last_try, j.restaurant_id, j.batch_job_id
    from registration_job_steps s join registration_jobs j on j.id = s.job_id
    where s.job_id = :job and s.step_number = :step and s.organisation_id = :organisation
    """
)


@dataclass(frozen=True)
class StepAsked:
    """The step that an answer or a task is for, as it stands; `last_try`: its retries are used up."""

    status: StepStatus
    visit: int
    result: dict[str, Any]
    last_try: bool
    restaurant_id: UUID
    batch_id: UUID


async def read_step_asked(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, step: int
) -> StepAsked | None:
    """The gate's step of a job; None for an unknown or foreign job."""
    found = await connection.execute(_STEP, {"organisation": organisation_id, "job": job_id, "step": step})
    row = found.one_or_none()
    if row is None:
        return None
    return StepAsked(
        StepStatus(row.status), row.visit, row.result_data, row.last_try, row.restaurant_id, row.batch_job_id
    )
