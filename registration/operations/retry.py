"""Retry: reopens what the plan says, in one transaction under the lease's lock; the live run does the rest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from registration.batches.opening import in_one_batch
from registration.batches.queries import lock_batch, read_batch
from registration.database.session import Database, Transaction, database_now
from registration.effects.queries import reopen_effects
from registration.errors import Refused
from registration.operations import cancel_queries as flags
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import failed_jobs
from registration.operations.reopenable import read_reopenable_job
from registration.operations.retry_plan import Plan, plan
from registration.operations.retry_request import RetryRequest
from registration.states import StepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.skips import StepSkip
from registration.workflow.step_data import NOTHING, StepData
from registration.workflow.step_queries import lock_steps, read_step, reopen, skip_steps
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import Attribution, record

StillThere = Callable[[JobState, SubStepName], Awaitable[str | None]]
"""Why a create effect must not be done again: what the platform still shows of it; None if it is gone."""


@dataclass(frozen=True)
class Retried:
    """What was reopened; `live`: a process works on the batch and sees the change within a second."""

    job_id: UUID
    batch_id: UUID
    restaurant: str
    plan: Plan
    live: bool


async def retry(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    request: RetryRequest,
    attribution: Attribution,
    still_there: StillThere,
) -> Retried:
    """Reopen everything that failed, or what the request names.

    Raises NotFound, and Refused with the reason; nothing is reopened then. For create effects that would be done again
    the platform is read before the transaction.
    """
    async with database.transaction(organisation_id) as transaction:
        job = await read_reopenable_job(transaction, job_id)
    gone = await _check_gone(job, plan(job, request), still_there)
    with in_one_batch(job.restaurant):
        async with database.transaction(organisation_id) as transaction:
            return await _retry(transaction, job_id, request, attribution, gone)


@dataclass(frozen=True)
class FailedRetry:
    """What became of one failed job of a batch: it was reopened, or the retry was refused."""

    job_id: UUID
    retried: Retried | None
    refused: Refused | None = None


async def retry_failed(
    database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution, still_there: StillThere
) -> tuple[FailedRetry, ...]:
    """Reopen every failed and partially completed job of a batch, each in a transaction of its own.

    Raises NotFound for an unknown batch, and Refused if no job failed.
    """
    async with database.transaction(organisation_id) as transaction:
        await read_batch(transaction, batch_id)
        jobs = await failed_jobs(transaction, batch_id)
    if not jobs:
        raise Refused("no restaurant of this batch failed: there is nothing to retry", code="NOTHING_TO_RETRY")
    return tuple([await _retry_one(database, organisation_id, job_id, attribution, still_there) for job_id in jobs])


async def _retry_one(
    database: Database, organisation_id: UUID, job_id: UUID, attribution: Attribution, still_there: StillThere
) -> FailedRetry:
    try:
        retried = await retry(database, organisation_id, job_id, RetryRequest(), attribution, still_there)
    except Refused as refused:
        return FailedRetry(job_id, None, refused)
    return FailedRetry(job_id, retried)


async def planned_retry(database: Database, organisation_id: UUID, job_id: UUID, request: RetryRequest) -> Plan:
    """What a retry would reopen now; nothing is written, and the platform is not asked. Raises NotFound, Refused."""
    async with database.transaction(organisation_id) as transaction:
        return plan(await read_reopenable_job(transaction, job_id), request)


async def _check_gone(job: JobState, planned: Plan, still_there: StillThere) -> frozenset[SubStepName]:
    for name in planned.creates_again:
        if (reason := await still_there(job, name)) is not None:
            raise Refused(f"{name} of {job.restaurant} is not done again: {reason}", code="COMPLETED_WORK")
    return frozenset(planned.creates_again)


async def _retry(
    transaction: Transaction,
    job_id: UUID,
    request: RetryRequest,
    attribution: Attribution,
    gone: frozenset[SubStepName],
) -> Retried:
    batch_id = await batch_of_job(transaction, job_id)
    lease = await lock_lease(transaction, batch_id)
    await lock_batch(transaction, batch_id)
    await lock_steps(transaction, job_id)
    job = await read_reopenable_job(transaction, job_id)
    planned = plan(job, request)
    if not gone.issuperset(planned.creates_again):
        raise Refused(f"{job.restaurant} has changed at this moment; say it again", code="INVALID_STATUS")
    await flags.clear_batch_cancel(transaction, batch_id)
    await flags.clear_job_cancel(transaction, job_id)
    generations = await reopen_effects(transaction, job_id, [*planned.sub_steps, *_extractions(planned)])
    for step in planned.withdrawn_questions:
        await skip_steps(transaction, job_id, (step,), attribution.actor, StepSkip.ASKED_AGAIN)
    for step in sorted({*planned.steps, *planned.withdrawn_questions}):
        data = await _data(transaction, job, step)
        await reopen(transaction, job_id, step, StepStatus.PENDING, attribution, data)
    for name, generation in generations.items():
        data = {"sub_step": name, "generation": generation}
        await record(transaction, f"{name} reopened", attribution, job_id=job_id, data=data)
    return Retried(job_id, batch_id, job.restaurant, planned, lease.live)


def _extractions(planned: Plan) -> list[str]:
    return [*ExtractionStart] if Step.EXTRACTION in planned.steps else []


async def _data(transaction: Transaction, job: JobState, step: Step) -> StepData:
    """Step 1 counts only extractions since a moment: since now if it was completed, since the stored moment if it
    failed.
    """
    if step is not Step.EXTRACTION:
        return NOTHING
    if job.steps[step].status is StepStatus.COMPLETED:
        return StepData(since=await database_now(transaction))
    row = await read_step(transaction, job.job_id, step)
    return StepData(since=row.data.since) if row and row.data.since else NOTHING
