"""A retry that is sent again after its answer was lost: what it reopened is open, so it is answered the same."""

from uuid import UUID

from registration.database.session import Database, Transaction
from registration.errors import Refused
from registration.operations.job_state_queries import reopened_by
from registration.operations.reopenable import read_reopenable_job
from registration.operations.retry import Retried, StillThere, retry
from registration.operations.retry_plan import Plan
from registration.operations.retry_request import RetryRequest
from registration.workflow.lease_queries import is_worked_on
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution


async def retry_or_repeat(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    request: RetryRequest,
    attribution: Attribution,
    still_there: StillThere,
) -> Retried:
    """As `retry`; a request whose work this person reopened before, and which has not ended since, reopens nothing.

    Raises what `retry` raises.
    """
    try:
        return await retry(database, organisation_id, job_id, request, attribution, still_there)
    except Refused:
        async with database.transaction(organisation_id) as transaction:
            before = await _before(transaction, job_id, request, attribution)
        if before is None:
            raise
        return before


async def _before(
    transaction: Transaction, job_id: UUID, request: RetryRequest, attribution: Attribution
) -> Retried | None:
    """What this person reopened and is still open, if that is what the request asks for."""
    batch_id = await batch_of_job(transaction, job_id)
    job = await read_reopenable_job(transaction, job_id)
    reopened = await reopened_by(transaction, job_id, attribution.actor)
    steps = {step for step in Step if f"step {step}" in reopened and not job.steps[step].status.ended}
    sub_steps = {name for name in SubStepName if name in reopened and not job.sub_steps[name].status.ended}
    named_steps = request.redo_steps | ({request.from_step} if request.from_step else set[Step]())
    named = request.sub_steps | request.redo_sub_steps
    if not (steps or sub_steps) or not (named_steps <= steps and named <= sub_steps):
        return None
    still_open = Plan(tuple(sorted(steps)), (), tuple(name for name in SubStepName if name in sub_steps), ())
    return Retried(job_id, batch_id, job.restaurant, still_open, await is_worked_on(transaction, batch_id))
