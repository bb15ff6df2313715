"""Moving the steps of a job: each move locks the job first and refreshes the job's own status in the same
transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from registration.database.session import Transaction
from registration.errors import NotFound
from registration.states import JobStatus, StepStatus
from registration.workflow.skips import StepSkip
from registration.workflow.step_data import NOTHING, StepData
from registration.workflow.steps import STEPS, Step, job_status
from registration.workflow.transition_queries import SYSTEM, Attribution, move_job, move_step, record

_LOCK = text(
    "select status from registration_jobs where id = :job and organisation_id = :organisation for no key update"
)
_LOCK_STEPS = text(
    "select from registration_job_steps where job_id = :job and organisation_id = :organisation"
    " order by step_number for no key update"
)
_STATUS_INPUTS = text(
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
        result_data = case when result_data ? 'for_all' then jsonb_build_object('for_all', result_data -> 'for_all')
            else '{}'::jsonb end || :result,
        error_message = null, error_details = null, completed_at = null, unanswered_since = null,
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
_UNANSWERED = text(
    """
    update registration_job_steps set unanswered_since = coalesce(unanswered_since, clock_timestamp()),
        retry_count = retry_count + :attempts, updated_at = clock_timestamp()
    where job_id = :job and step_number = :step and organisation_id = :organisation
        and status in ('in_progress', 'retrying')
    returning extract(epoch from clock_timestamp() - unanswered_since)::float as seconds
    """
)
_STEP = text(
    """
    select s.status, s.visit, s.result_data, j.restaurant_id, j.batch_job_id
    from registration_job_steps s join registration_jobs j on j.id = s.job_id
    where s.job_id = :job and s.step_number = :step and s.organisation_id = :organisation
    """
)


async def lock_job(transaction: Transaction, job_id: UUID) -> JobStatus:
    """Lock the job's row until the transaction ends; returns its status.

    Raises NotFound for an unknown job and for a job of another organisation.
    """
    row = await transaction.execute(_LOCK, {"job": job_id, "organisation": transaction.organisation_id})
    status = row.scalar_one_or_none()
    if status is None:
        raise NotFound(f"there is no job {job_id} in this organisation", code="JOB_NOT_FOUND")
    return JobStatus(status)


async def lock_jobs(transaction: Transaction, job_ids: Collection[UUID]) -> None:
    """Lock several jobs in a fixed order, so that concurrent transactions cannot deadlock."""
    for job_id in sorted(set(job_ids), key=str):
        await lock_job(transaction, job_id)


async def lock_steps(transaction: Transaction, job_id: UUID) -> None:
    """Lock the job and its six steps. A transaction that moves sub-steps before steps calls this first, because every
    transaction locks steps before sub-steps.
    """
    await lock_job(transaction, job_id)
    await transaction.execute(_LOCK_STEPS, {"job": job_id, "organisation": transaction.organisation_id})


async def advance(
    transaction: Transaction,
    job_id: UUID,
    step: Step,
    to: StepStatus,
    attribution: Attribution = SYSTEM,
    data: StepData | None = None,
    **values: Any,
) -> bool:
    """Move one step and refresh the job's status; False if another transaction moved the step first."""
    await lock_job(transaction, job_id)
    if data is not None:
        values["result_data"] = data.stored
    if not await move_step(transaction, job_id, step, to, attribution, **values):
        return False
    await refresh_job_status(transaction, job_id, attribution)
    return True


async def arrive_at(
    transaction: Transaction,
    job_id: UUID,
    gate: Step,
    requested_details: str | None = None,
    *,
    without_menu: bool = False,
) -> bool:
    """Begin to wait for a person at a gate; False if the step is not pending.

    `requested_details` names the section of details that the gate asks for; `without_menu`: there is no menu to
    propose. What an earlier visit was answered for all restaurants is kept.
    """
    data = StepData(asked=requested_details) if requested_details else NOTHING
    if without_menu:
        data = data.model_copy(update={"without_menu": True})
    before = await read_step(transaction, job_id, gate)
    if before is not None and before.data.for_all:
        data = data.model_copy(update={"for_all": before.data.for_all})
    waiting = StepStatus.ACTION_REQUIRED
    return await advance(transaction, job_id, gate, waiting, SYSTEM, data)


async def skip_steps(
    transaction: Transaction, job_id: UUID, steps: tuple[Step, ...], actor: str, why: StepSkip, detail: str = ""
) -> None:
    """Skip each of `steps` that has not ended, with the reason, and refresh the job's status."""
    await lock_job(transaction, job_id)
    attribution = Attribution(actor, why.text(detail))
    for step in steps:
        result = StepData(skipped=attribution.reason).stored
        await move_step(transaction, job_id, step, StepStatus.SKIPPED, attribution, result_data=result)
    await refresh_job_status(transaction, job_id, attribution)


async def reopen(
    transaction: Transaction,
    job_id: UUID,
    step: Step,
    to: StepStatus,
    attribution: Attribution,
    data: StepData = NOTHING,
) -> int | None:
    """The one move out of an ended step: the step gets its next visit, and the job is in progress again.

    `to` is pending or action_required; `data` becomes the step's stored data, beside what was answered for all
    restaurants. Returns the new visit, or None if the step has not ended.
    """
    await lock_job(transaction, job_id)
    parameters = {
        "job": job_id,
        "step": step,
        "to": to,
        "organisation": transaction.organisation_id,
        "result": data.stored,
    }
    visit = (await transaction.execute(_REOPEN_STEP, parameters)).scalar_one_or_none()
    if visit is None:
        return None
    await transaction.execute(_REOPEN_JOB, {"job": job_id, "organisation": transaction.organisation_id})
    about = {"step": int(step), "visit": visit}
    await record(transaction, f"step {step} reopened", attribution, job_id=job_id, data=about)
    await refresh_job_status(transaction, job_id, attribution)
    return visit


async def refresh_job_status(transaction: Transaction, job_id: UUID, attribution: Attribution = SYSTEM) -> None:
    """Write the status that follows from the job's steps and effects."""
    rows = (
        await transaction.execute(_STATUS_INPUTS, {"job": job_id, "organisation": transaction.organisation_id})
    ).all()
    steps = {Step(row.step_number): StepStatus(row.status) for row in rows}
    status = job_status(steps, rows[0].failed, needs_person=rows[0].needs)
    errors = [f"{STEPS[Step(row.step_number)].name}: {row.error_message}" for row in rows if row.error_message]
    message = "; ".join(errors) if status.ended and status is not JobStatus.COMPLETED else None
    if status is not JobStatus.PENDING:
        await move_job(transaction, job_id, status, attribution, error_message=message)


async def count_retry(transaction: Transaction, job_id: UUID, step: Step) -> bool:
    """Use one of the step's retries; False if none is left."""
    parameters = {"job": job_id, "step": step, "organisation": transaction.organisation_id}
    return (await transaction.execute(_COUNT_RETRY, parameters)).rowcount == 1


async def note_unanswered(transaction: Transaction, job_id: UUID, step: Step, attempts: int) -> float:
    """Note that the step waits for an outside service, after so many further attempts; returns for how long it has
    waited, in seconds. The wait begins with the first call, and goes on in the next process.
    """
    key = {"job": job_id, "step": step, "organisation": transaction.organisation_id, "attempts": attempts}
    return (await transaction.execute(_UNANSWERED, key)).scalar_one_or_none() or 0.0


@dataclass(frozen=True)
class StepRow:
    """The stored state of the step that an answer or a task is for."""

    status: StepStatus
    visit: int
    data: StepData
    restaurant_id: UUID
    batch_id: UUID


async def read_step(transaction: Transaction, job_id: UUID, step: int) -> StepRow | None:
    """One step of a job; None for an unknown job and for a job of another organisation."""
    rows = await transaction.execute(_STEP, {"organisation": transaction.organisation_id, "job": job_id, "step": step})
    row = rows.one_or_none()
    if row is None:
        return None
    data = StepData.model_validate(row.result_data)
    return StepRow(StepStatus(row.status), row.visit, data, row.restaurant_id, row.batch_job_id)
