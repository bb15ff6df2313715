"""Cancelling a batch or a job, and continuing a batch that its failure threshold stopped."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.queries import read_batch, request_stop
from registration.database.session import Database
from registration.effects.queries import unsent_effects
from registration.errors import Refused
from registration.operations import cancel_queries as flags
from registration.operations.cancel_queries import InFlight
from registration.states import StepStatus, SubStepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance, lock_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step, record

CANCELLED = Attribution(SYSTEM.actor, "cancelled")
"""What the pipeline notes of what it cancels."""


@dataclass(frozen=True)
class Cancelled:
    """From now on no effect of it starts; `in_flight` are those that are out and will still be recorded.

    `live`: a process works on the batch and has seen it within a second; `settled`: there is nothing left to do.
    """

    batch_id: UUID
    name: str
    in_flight: tuple[InFlight, ...]
    live: bool
    settled: bool


async def cancel_batch(
    database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution
) -> Cancelled:
    """Set the batch's stop flag, which every effect checks under lock before it is sent.

    Saying it twice is no error. Raises NotFound, and Refused for a batch that has ended.
    """
    async with database.transaction(organisation_id) as connection:
        lease = await lock_lease(connection, organisation_id, batch_id)
        batch = await read_batch(connection, organisation_id, batch_id)
        view = await read_snapshot(connection, organisation_id, batch_id)
        out = await flags.in_flight(connection, organisation_id, batch_id)
        if not view.open_jobs and not out and batch.cancelled_at is None:
            raise Refused(f"{batch.name} has ended: there is nothing to cancel")
        await request_stop(connection, organisation_id, batch_id, attribution)
        out = await flags.in_flight(connection, organisation_id, batch_id)
        settled = batch.cancelled_at is not None and not out
        return Cancelled(batch_id, batch.name, out, lease.live, settled)


async def cancel_job(database: Database, organisation_id: UUID, job_id: UUID, attribution: Attribution) -> Cancelled:
    """Set the stop flag of one job; the others of its batch go on. In a batch that nobody started the job ends at once.

    Saying it twice is no error. Raises NotFound, and Refused for a job that has ended.
    """
    async with database.transaction(organisation_id) as connection:
        batch_id = await batch_of_job(connection, organisation_id, job_id)
        lease = await lock_lease(connection, organisation_id, batch_id)
        batch = await read_batch(connection, organisation_id, batch_id)
        view = (await read_snapshot(connection, organisation_id, batch_id)).jobs[job_id]
        if batch.started_at is None and not lease.live and not view.status.ended:
            # Nobody shall start the batch for this: a process would begin all the others of it.
            said = Attribution(attribution.actor, attribution.reason or CANCELLED.reason)
            await cancel_open(connection, organisation_id, job_id, said)
            return Cancelled(batch_id, view.restaurant, (), live=False, settled=True)
        if await flags.stop_job(connection, organisation_id, job_id):
            await record(connection, organisation_id, "job stop requested", attribution, job_id=job_id)
        elif view.status.ended and not view.stop_requested:
            raise Refused(f"{view.restaurant} is {view.status.replace('_', ' ')}: there is nothing to cancel")
        out = await flags.in_flight(connection, organisation_id, batch_id, job_id)
        settled = view.status.ended and not out
        return Cancelled(batch_id, view.restaurant, out, lease.live, settled)


async def cancel_open(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution
) -> None:
    """Cancel the steps of a job that have not ended, and its effects that were not sent; those in flight stay."""
    await lock_steps(connection, organisation_id, job_id)
    await cancel_unsent(connection, organisation_id, job_id, attribution)
    for step in Step:
        await advance(connection, organisation_id, job_id, step, StepStatus.CANCELLED, attribution)


async def cancel_unsent(
    connection: AsyncConnection, organisation_id: UUID, job_id: UUID, attribution: Attribution
) -> None:
    """Cancel every open effect of a job of which nothing was sent. The job must be locked."""
    for name in await unsent_effects(connection, organisation_id, job_id):
        for to in (SubStepStatus.RETRYING, SubStepStatus.CANCELLED):
            await move_sub_step(connection, organisation_id, job_id, name, to, attribution, needs_person=False)


async def continue_batch(database: Database, organisation_id: UUID, batch_id: UUID, attribution: Attribution) -> bool:
    """Go on with a batch that its failure threshold stopped; the failures until now count no more.

    Returns whether a process works on it. Raises NotFound, and Refused if it was not stopped, or is cancelled.
    """
    async with database.transaction(organisation_id) as connection:
        lease = await lock_lease(connection, organisation_id, batch_id)
        batch = await read_batch(connection, organisation_id, batch_id)
        if batch.stop_requested_at is not None:
            raise Refused(f"{batch.name} is cancelled; `registration retry` opens single restaurants of it again")
        await _continue(connection, organisation_id, batch_id, attribution, batch.name)
        return lease.live


async def _continue(
    connection: AsyncConnection, organisation_id: UUID, batch_id: UUID, attribution: Attribution, name: str
) -> None:
    if not await flags.continue_stopped(connection, organisation_id, batch_id):
        raise Refused(f"{name} was not stopped by its failure threshold: there is nothing to continue")
    await record(connection, organisation_id, "batch continued", attribution, batch_id=batch_id)
