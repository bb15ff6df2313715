"""Cancelling a batch or a job, and continuing a batch that its failure threshold halted."""

from dataclasses import dataclass
from uuid import UUID

from registration.batches.queries import read_batch, request_cancel
from registration.database.session import Database, Transaction
from registration.effects.queries import unsent_effects
from registration.errors import Refused
from registration.operations import cancel_queries as flags
from registration.operations.cancel_queries import InFlight
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance, lock_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step, record

CANCELLED = Attribution(SYSTEM.actor, "cancelled")
"""The attribution of what the pipeline cancels."""


@dataclass(frozen=True)
class Cancelled:
    """The cancelled batch or job, of which no further effect starts; `in_flight` are effects whose outcome is still
    recorded.

    `live`: a process works on the batch and sees the cancel within a second. `settled`: nothing is left to do.
    `open_jobs` are the jobs that had not ended when the cancel came.
    """

    batch_id: UUID
    name: str
    in_flight: tuple[InFlight, ...]
    live: bool
    settled: bool
    open_jobs: int = 0
    ended_jobs: int = 0


async def cancel_batch(
    database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution
) -> Cancelled:
    """Set the batch's cancel flag, which every effect checks under a lock before it is sent.

    A second cancel is no error. Raises NotFound, and Refused for a batch that has ended.
    """
    async with database.transaction(organisation_id) as transaction:
        lease = await lock_lease(transaction, batch_id)
        batch = await read_batch(transaction, batch_id)
        view = await read_snapshot(transaction, batch_id)
        in_flight = await flags.in_flight(transaction, batch_id)
        if not view.open_jobs and not in_flight and batch.cancel_requested_at is None:
            raise Refused(f"{batch.name} has ended: there is nothing to cancel", code="BATCH_HAS_ENDED")
        await request_cancel(transaction, batch_id, attribution)
        in_flight = await flags.in_flight(transaction, batch_id)
        settled = batch.cancelled_at is not None and not in_flight
        open_jobs = len(view.open_jobs)
        return Cancelled(batch_id, batch.name, in_flight, lease.live, settled, open_jobs, len(view.jobs) - open_jobs)


async def cancel_job(database: Database, organisation_id: UUID, job_id: UUID, attribution: Attribution) -> Cancelled:
    """Set the cancel flag of one job; the other jobs of its batch go on. In a batch that was never started the job ends
    at once.

    A second cancel is no error. Raises NotFound, and Refused for a job that has ended otherwise.
    """
    async with database.transaction(organisation_id) as transaction:
        batch_id = await batch_of_job(transaction, job_id)
        lease = await lock_lease(transaction, batch_id)
        batch = await read_batch(transaction, batch_id)
        view = (await read_snapshot(transaction, batch_id)).jobs[job_id]
        if batch.started_at is None and not lease.live and not view.status.ended:
            # End the job here: a process started for the cancel would also begin the other jobs of the batch.
            effective = Attribution(attribution.actor, attribution.reason or CANCELLED.reason)
            await cancel_open(transaction, job_id, effective)
            return Cancelled(batch_id, view.restaurant, (), live=False, settled=True)
        if await flags.request_job_cancel(transaction, job_id):
            await record(transaction, "job stop requested", attribution, job_id=job_id)
        elif view.status.ended and not view.cancel_requested and view.status is not JobStatus.CANCELLED:
            raise Refused(
                f"{view.restaurant} is {view.status.replace('_', ' ')}: there is nothing to cancel",
                code="INVALID_STATUS",
            )
        in_flight = await flags.in_flight(transaction, batch_id, job_id)
        settled = view.status.ended and not in_flight
        return Cancelled(batch_id, view.restaurant, in_flight, lease.live, settled)


async def cancel_open(transaction: Transaction, job_id: UUID, attribution: Attribution) -> None:
    """Cancel the open steps of a job and its effects that were not sent; effects in flight stay."""
    await lock_steps(transaction, job_id)
    await cancel_unsent(transaction, job_id, attribution)
    for step in Step:
        await advance(transaction, job_id, step, StepStatus.CANCELLED, attribution)


async def cancel_unsent(transaction: Transaction, job_id: UUID, attribution: Attribution) -> None:
    """Cancel every open effect of a job that was not sent. The job must be locked."""
    for name in await unsent_effects(transaction, job_id):
        for to in (SubStepStatus.RETRYING, SubStepStatus.CANCELLED):
            await move_sub_step(transaction, job_id, name, to, attribution, needs_person=False)


async def continue_batch(database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution) -> bool:
    """Continue a batch that its failure threshold halted; its failures until now no longer count.

    Returns whether a process works on it. Raises NotFound, and Refused if it was not halted, or is cancelled.
    """
    async with database.transaction(organisation_id) as transaction:
        lease = await lock_lease(transaction, batch_id)
        batch = await read_batch(transaction, batch_id)
        if batch.cancel_requested_at is not None:
            raise Refused(
                f"{batch.name} is cancelled",
                code="BATCH_HAS_ENDED",
                hint="a retry opens single restaurants of it again",
            )
        await _continue(transaction, batch_id, attribution, batch.name)
        return lease.live


async def _continue(transaction: Transaction, batch_id: UUID, attribution: Attribution, name: str) -> None:
    if not await flags.continue_halted(transaction, batch_id):
        raise Refused(
            f"{name} was not stopped by its failure threshold: there is nothing to continue", code="INVALID_STATUS"
        )
    await record(transaction, "batch continued", attribution, batch_id=batch_id)
