"""How a batch ends, stops, and gives up a job."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.snapshot import BatchView
from registration.states import StepStatus, SubStepStatus
from registration.steps import STEPS, Step
from registration.store.batches import cancel_settled, stop_on_failures
from registration.store.effects import needs_person
from registration.store.leases import release_lease
from registration.store.moves import SYSTEM, Because, move_sub_step, record
from registration.store.open_effects import sent_effects
from registration.store.snapshot import read_snapshot
from registration.store.steps import advance, lock_job, settle_job, skip_steps
from registration.threshold import passed, reason
from tasks.resources import Resources
from tasks.steps import under_lease, write


async def end_batch(shared: Resources) -> bool:
    """Give the lease back if nothing is left to do; False if somebody wrote something new in the last moment."""

    async def work(connection: AsyncConnection) -> bool:
        view = await read_snapshot(connection, shared.organisation_id, shared.batch.id)
        if something_left(view):
            return False
        if view.stop_requested:
            await cancel_settled(connection, shared.organisation_id, shared.batch.id)
        people = any(job.needs_person for job in view.jobs.values())
        await release_lease(
            connection, shared.organisation_id, shared.batch.id, shared.lease.holder, waiting_for_people=people
        )
        return True

    return await under_lease(shared, work, alone=True)


def something_left(view: BatchView) -> bool:
    """Whether a job can go on, must leave because it was cancelled, or left something to be settled by looking."""
    stopped = view.stopped_reason is not None
    to_carry = any(not stopped or view.stops(job.id) for job in view.open_jobs)
    return to_carry or any(map(view.to_settle, view.jobs.values()))


async def stop_batch(shared: Resources) -> None:
    """Too many restaurants failed: what runs ends, nothing new starts step 6, a person continues it.

    Nothing happens if the threshold is no longer passed: a person may just have opened failed restaurants again.
    """

    async def work(connection: AsyncConnection) -> None:
        view = await read_snapshot(connection, shared.organisation_id, shared.batch.id)
        if view.stopped_reason is not None or not passed(view, shared.batch.failure_threshold):
            return
        why = reason(view)
        await stop_on_failures(connection, shared.organisation_id, shared.batch.id, why)
        because = Because(SYSTEM.actor, why)
        await record(connection, shared.organisation_id, "batch stopped", because, batch_id=shared.batch.id)

    await under_lease(shared, work, alone=True)
    shared.watch.poke()


async def give_up_job(shared: Resources, job_id: UUID, message: str) -> None:
    """The restaurant's run or task ended unexpectedly again and again: fail the job and the steps that are open.

    If the job had ended before, its effects that were sent and have no outcome are left to a person.
    """

    async def work(connection: AsyncConnection) -> None:
        if (await lock_job(connection, shared.organisation_id, job_id)).ended:
            await _leave_to_person(connection, shared.organisation_id, job_id, message)
            return
        view = (await read_snapshot(connection, shared.organisation_id, shared.batch.id)).jobs[job_id]
        because = Because(SYSTEM.actor, message)
        for step, definition in STEPS.items():
            if view.steps[step].status.ended or definition.is_gate:
                continue
            for to in (StepStatus.IN_PROGRESS, StepStatus.FAILED):
                await advance(connection, shared.organisation_id, job_id, step, to, because, error_message=message)
        await skip_steps(connection, shared.organisation_id, job_id, tuple(Step), because)

    await write(shared, work)


async def _leave_to_person(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, message: str) -> None:
    why = f"finding out what became of it ended unexpectedly: {message}"
    because = Because(SYSTEM.actor, why)
    for name in await sent_effects(connection, organisation_id, job_id):
        await move_sub_step(connection, organisation_id, job_id, name, SubStepStatus.UNKNOWN, because)
        await needs_person(connection, organisation_id, job_id, name, why)
    await settle_job(connection, organisation_id, job_id, because)
