"""Leaving failures as they are: a person says that failed restaurants of a batch need nobody any more."""

from collections.abc import Collection
from uuid import UUID

from registration.batches.attention_queries import LEFT_AS_IT_IS
from registration.batches.queries import lock_batch, read_batch
from registration.database.session import Database
from registration.errors import NotFound, Refused
from registration.operations.job_state_queries import failed_jobs
from registration.workflow.transition_queries import Attribution, record


async def leave_failed(
    database: Database,
    organisation_id: UUID,
    batch_id: UUID,
    attribution: Attribution,
    job_ids: Collection[UUID] | None = None,
) -> tuple[UUID, ...]:
    """Record that the failed jobs of a batch, or these of them, stay as they are. Returns the jobs.

    They leave the inbox and can be retried as before; a job that fails again afterwards is in the inbox again. Raises
    NotFound for an unknown batch, and for a job that is not of it; Refused if none of the jobs failed.
    """
    async with database.transaction(organisation_id) as transaction:
        batch = await read_batch(transaction, batch_id)
        # A retry takes the same lock: what is left has failed at this moment.
        await lock_batch(transaction, batch_id)
        failed = await failed_jobs(transaction, batch_id)
        left = tuple(job_id for job_id in failed if job_ids is None or job_id in job_ids)
        if not left:
            raise Refused(f"nothing of {batch.name} failed: there is nothing to leave", code="NOTHING_TO_RETRY")
        if job_ids is not None and (others := set(job_ids) - set(left)):
            raise NotFound(f"there is no failed job {min(others)} in this batch", code="JOB_NOT_FOUND")
        for job_id in left:
            await record(transaction, LEFT_AS_IT_IS, attribution, batch_id=batch_id, job_id=job_id)
    return left
