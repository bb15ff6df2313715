"""A job's way between its tasks: arriving at a gate, preflight, beginning and ending step 6, leaving."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.cases.state import read_config_state
from registration.config_decisions import all_restaurant_columns
from registration.errors import BatchStopped, LeaseLost, StopRequested
from registration.models.rounds import Details
from registration.preflight import refusals
from registration.states import StepStatus, SubStepStatus
from registration.steps import Step
from registration.store.effects import unsent_effects
from registration.store.jobs import read_set_up
from registration.store.moves import SYSTEM, Because, move_sub_step
from registration.store.restaurants import save_restaurant
from registration.store.steps import advance, arrive_at, lock_job, reopen
from tasks.resources import JobRef, resources
from tasks.steps import write


async def arrive(job: JobRef, gate: Step) -> None:
    """Begin to wait for a person at a gate, if its step is due."""
    view = (await resources(job).watch.fresh()).jobs[job.job_id]
    unsearched = gate is Step.COMPANY_SELECTION and not view.steps[Step.SEARCH].status.ended
    asked = Details.CONFIRM_QUERY if unsearched else None
    await write(resources(job), lambda connection: arrive_at(connection, job.organisation_id, job.job_id, gate, asked))


async def preflight(job: JobRef) -> bool:
    """Right before step 6: True if everything that an enabled sub-step needs is there, and written where it is read.

    Otherwise the configuration gate is opened again for this job, with the reasons.
    """

    async def work(connection: AsyncConnection) -> bool:
        state = await read_config_state(connection, job.organisation_id, job.job_id)
        config = (await read_set_up(connection, job.organisation_id, job.job_id)).config
        found = refusals(config, await state.facts(connection, config))
        if not found:
            # What the configuration leaves open may be on the restaurant in a form that could not be proposed.
            said = {name: value for name, value in all_restaurant_columns(config).items() if value}
            await save_restaurant(connection, job.organisation_id, state.restaurant.id, said)
            return True
        because = Because("preflight", "; ".join(found))
        waiting, result = StepStatus.ACTION_REQUIRED, {"refused": list(found)}
        await reopen(connection, job.organisation_id, job.job_id, Step.YOLO_CONFIG, waiting, because, result)
        return False

    return await write(resources(job), work)


async def begin_set_up(job: JobRef) -> None:
    """Step 6 begins; raises BatchStopped if the batch's failure threshold was passed."""
    check_stops(job)
    await write(
        resources(job),
        lambda connection: advance(connection, job.organisation_id, job.job_id, Step.SET_UP, StepStatus.IN_PROGRESS),
    )


async def end_set_up(job: JobRef) -> bool:
    """End step 6 if every sub-step has ended; False if a person must settle an effect first.

    Raises StopRequested or LeaseLost if the sub-steps were told to stop.
    """
    shared = resources(job)
    row = await shared.set_ups.of(job.job_id)
    if any(not status.ended for status in row.statuses.values()):
        if row.needs_person:
            return False
        shared.lease.check()
        await shared.watch.fresh()
        check_stops(job)
        raise LeaseLost("step 6 ended with sub-steps that have not")
    failed = [f"{name}: {row.errors[name]}" for name, status in row.statuses.items() if status is SubStepStatus.FAILED]
    to = StepStatus.FAILED if failed else StepStatus.COMPLETED
    message = "; ".join(failed) or None
    because = Because(SYSTEM.actor, message)
    await write(
        shared,
        lambda connection: advance(
            connection, job.organisation_id, job.job_id, Step.SET_UP, to, because, error_message=message
        ),
    )
    return True


def check_stops(job: JobRef) -> None:
    """Raises StopRequested if a person cancelled, BatchStopped if the failure threshold stopped the batch."""
    view = resources(job).watch.view
    if view.stops(job.job_id):
        raise StopRequested("told to stop")
    if view.stopped_reason is not None:
        raise BatchStopped(view.stopped_reason)


async def leave_cancelled(job: JobRef) -> None:
    """The job was told to stop: what has not begun is cancelled; an effect that is out stays until it is settled."""

    async def work(connection: AsyncConnection) -> None:
        await lock_job(connection, job.organisation_id, job.job_id)
        because = Because(SYSTEM.actor, "cancelled")
        for name in await unsent_effects(connection, job.organisation_id, job.job_id):
            for to in (SubStepStatus.RETRYING, SubStepStatus.CANCELLED):
                await move_sub_step(connection, job.organisation_id, job.job_id, name, to, because)
        for step in Step:
            await advance(connection, job.organisation_id, job.job_id, step, StepStatus.CANCELLED, because)

    await write(resources(job), work)
