"""Whether a job may be reopened now: not while it is cancelled, reconciled, or active in another batch."""

from uuid import UUID

from registration.batches.opening import ACTIVE_CODE, ACTIVE_ELSEWHERE
from registration.batches.queries import read_batch
from registration.database.session import Transaction
from registration.errors import Refused
from registration.operations import cancel_queries as flags
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state


async def read_reopenable_job(transaction: Transaction, job_id: UUID) -> JobState:
    """The state of the job. Raises Refused if it must not be reopened now."""
    job = await read_job_state(transaction, job_id)
    await _refuse_while_cancelling(transaction, job)
    await _refuse_unreconciled(transaction, job)
    return job


async def _refuse_unreconciled(transaction: Transaction, job: JobState) -> None:
    """Raises Refused while an effect of an ended job is in flight: the retry would disturb its reconciliation."""
    if elsewhere := await flags.restaurant_elsewhere(transaction, job.job_id):
        raise Refused(ACTIVE_ELSEWHERE.format(*elsewhere), code=ACTIVE_CODE)
    if not job.status.ended:
        return
    in_flight = await flags.in_flight(transaction, job.batch_id, job.job_id)
    if names := [effect.name for effect in in_flight if not effect.needs_person]:
        raise Refused(
            f"{', '.join(names)} of {job.restaurant} is in flight; try again in a moment", code="EFFECT_NOT_SETTLED"
        )


async def _refuse_while_cancelling(transaction: Transaction, job: JobState) -> None:
    batch = await read_batch(transaction, job.batch_id)
    cancelling = job.cancel_requested and not job.status.ended
    if cancelling or (batch.cancel_requested_at is not None and batch.cancelled_at is None):
        subject = job.restaurant if cancelling else batch.name
        raise Refused(
            f"{subject} is being cancelled",
            code="BATCH_CANCELLING",
            hint="retry after the cancel",
            batch_id=str(batch.id),
        )
