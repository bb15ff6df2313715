"""How a batch ends, stops, gives up a job, or is left to people."""

import time
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.progress import only_people_can_go_on, passed, reason
from registration.batches.queries import cancel_settled, stop_on_failures
from registration.effects.queries import needs_person, sent_effects
from registration.gates.open_questions import all_asked
from registration.gates.round_queries import unclosed_rounds
from registration.states import StepStatus, SubStepStatus
from registration.workflow.lease_queries import release_lease
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance, lock_job, refresh_job_status, skip_steps
from registration.workflow.steps import STEPS, Step
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step, record
from tasks.context import Resources
from tasks.step_runner import read, under_lease, write


async def end_batch(context: Resources) -> bool:
    """Give the lease back if nothing is left to do; False if somebody wrote something new in the last moment."""

    async def work(connection: AsyncConnection) -> bool:
        view = await read_snapshot(connection, context.organisation_id, context.batch.id)
        if something_left(view):
            return False
        if view.stop_requested:
            await cancel_settled(connection, context.organisation_id, context.batch.id)
        people = any(job.needs_person for job in view.jobs.values())
        await release_lease(
            connection, context.organisation_id, context.batch.id, context.lease.holder, waiting_for_people=people
        )
        return True

    return await under_lease(context, work, alone=True)


def something_left(view: BatchView) -> bool:
    """Whether a job can go on, must leave because it was cancelled, or left something to be settled by looking."""
    stopped = view.stopped_reason is not None
    to_carry = any(not stopped or view.stops(job.id) for job in view.open_jobs)
    return to_carry or any(map(view.to_settle, view.jobs.values()))


async def stop_batch(context: Resources) -> None:
    """Too many restaurants failed: what runs ends, nothing new starts step 6, a person continues it.

    Nothing happens if the threshold is no longer passed: a person may just have opened failed restaurants again.
    """

    async def work(connection: AsyncConnection) -> None:
        view = await read_snapshot(connection, context.organisation_id, context.batch.id)
        if view.stopped_reason is not None or not passed(view, context.batch.failure_threshold):
            return
        why = reason(view)
        await stop_on_failures(connection, context.organisation_id, context.batch.id, why)
        attribution = Attribution(SYSTEM.actor, why)
        await record(connection, context.organisation_id, "batch stopped", attribution, batch_id=context.batch.id)

    await under_lease(context, work, alone=True)
    context.watch.poke()


async def give_up_job(context: Resources, job_id: UUID, message: str) -> None:
    """The restaurant's run or task ended unexpectedly again and again: fail the job and the steps that are open.

    If the job had ended before, its effects that were sent and have no outcome are left to a person.
    """

    async def work(connection: AsyncConnection) -> None:
        if (await lock_job(connection, context.organisation_id, job_id)).ended:
            await _leave_to_person(connection, context.organisation_id, job_id, message)
            return
        view = (await read_snapshot(connection, context.organisation_id, context.batch.id)).jobs[job_id]
        attribution = Attribution(SYSTEM.actor, message)
        for step, definition in STEPS.items():
            if view.steps[step].status.ended or definition.is_gate:
                continue
            for to in (StepStatus.IN_PROGRESS, StepStatus.FAILED):
                await advance(connection, context.organisation_id, job_id, step, to, attribution, error_message=message)
        await skip_steps(connection, context.organisation_id, job_id, tuple(Step), attribution)

    await write(context, work)


async def _leave_to_person(connection: AsyncConnection, organisation_id: UUID, job_id: UUID, message: str) -> None:
    why = f"finding out what became of it ended unexpectedly: {message}"
    attribution = Attribution(SYSTEM.actor, why)
    for name in await sent_effects(connection, organisation_id, job_id):
        await move_sub_step(connection, organisation_id, job_id, name, SubStepStatus.UNKNOWN, attribution)
        await needs_person(connection, organisation_id, job_id, name, why)
    await refresh_job_status(connection, organisation_id, job_id, attribution)


WAITING_FOR_PEOPLE = "Waiting for people"
"""What the state of a run is called that has left its batch to the people whom it asked."""


class IdleTimer:
    """How long this process has seen nothing happen in its batch, and how long it waits on."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._since = time.monotonic()
        self._seen: BatchView | None = None

    async def ends(self, view: BatchView) -> bool:
        """Whether only people were waited for long enough, and each of them has a form to answer."""
        settings = self._context.settings
        if view != self._seen:
            self._seen, self._since = view, time.monotonic()
        if not _stands_still(view):
            return False
        if time.monotonic() - self._since < settings.scaled(60 * settings.gate_hold_minutes):
            return False
        self._since = time.monotonic()
        return await read(self._context, lambda connection: _all_asked(self._context, connection, view))


def _stands_still(view: BatchView) -> bool:
    halted = any(view.halts(job.id) for job in view.open_jobs)
    return only_people_can_go_on(view) and not halted and not any(job.unsettled for job in view.jobs.values())


async def leave_batch(context: Resources, seen: BatchView) -> bool:
    """Give the lease back, to wait for people; False if somebody wrote something since `seen`.

    Whatever is written after it finds no lease and starts the batch again.
    """

    async def work(connection: AsyncConnection) -> bool:
        view = await read_snapshot(connection, context.organisation_id, context.batch.id)
        if view != replace(seen, leaving=False) or not await _all_asked(context, connection, view):
            return False
        await release_lease(
            connection, context.organisation_id, context.batch.id, context.lease.holder, waiting_for_people=True
        )
        return True

    return await under_lease(context, work, alone=True)


async def _all_asked(context: Resources, connection: AsyncConnection, view: BatchView) -> bool:
    rounds = await unclosed_rounds(connection, context.organisation_id, context.batch.id)
    return all_asked(view, (round_.shown for round_ in rounds))
