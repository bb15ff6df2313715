"""A job's way between its tasks: arriving at a gate, preflight, beginning and ending step 6, leaving."""

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.preflight import refusals
from registration.configuration.state import read_config_state
from registration.effects.set_up_queries import SetUpSnapshot, read_set_up
from registration.errors import BatchLeft, BatchStopped, ProgrammerError, StopRequested
from registration.gates.config import all_restaurant_columns
from registration.gates.policies import select_clear_match
from registration.gates.rounds import Details
from registration.operations.cancel import CANCELLED, cancel_open
from registration.restaurants.queries import save_restaurant
from registration.states import StepStatus, SubStepStatus
from registration.workflow.readiness import due
from registration.workflow.snapshot import JobView
from registration.workflow.step_queries import advance, arrive_at, lock_job, read_step_asked, reopen
from registration.workflow.steps import GATE_STEPS, Step
from registration.workflow.transition_queries import SYSTEM, Attribution
from tasks.context import JobRef, resources
from tasks.step_runner import write


async def arrive(job: JobRef, gate: Step) -> None:
    """Begin to wait for a person at a gate, if its step is due and no policy of the organisation decides it."""
    view = (await resources(job).watch.fresh()).jobs[job.job_id]
    unsearched = gate is Step.COMPANY_SELECTION and not view.steps[Step.SEARCH].status.ended
    pending = view.steps[gate].status is StepStatus.PENDING
    if gate is Step.COMPANY_SELECTION and pending and not unsearched and await _policy_decides(job, view):
        return
    asked = Details.CONFIRM_QUERY if unsearched else None
    await write(resources(job), lambda connection: arrive_at(connection, job.organisation_id, job.job_id, gate, asked))


async def _policy_decides(job: JobRef, view: JobView) -> bool:
    return await write(resources(job), lambda connection: select_clear_match(connection, job.organisation_id, view))


async def preflight(job: JobRef) -> bool:
    """Right before step 6: True if everything that an enabled sub-step needs is there, and written where it is read.

    Otherwise the configuration gate is opened again for this job, with the reasons.
    """

    async def work(connection: AsyncConnection) -> bool:
        await lock_job(connection, job.organisation_id, job.job_id)
        state = await read_config_state(connection, job.organisation_id, job.job_id)
        config = (await read_set_up(connection, job.organisation_id, job.job_id)).config
        found = refusals(config, await state.facts(connection, config))
        if not found:
            # What the configuration leaves open may be on the restaurant in a form that could not be proposed.
            said = {name: value for name, value in all_restaurant_columns(config).items() if value}
            await save_restaurant(connection, job.organisation_id, state.restaurant.id, said)
            return True
        attribution = Attribution("preflight", "; ".join(found))
        waiting, result = StepStatus.ACTION_REQUIRED, {"refused": list(found)}
        await reopen(connection, job.organisation_id, job.job_id, Step.YOLO_CONFIG, waiting, attribution, result)
        return False

    return await write(resources(job), work)


async def begin_set_up(job: JobRef) -> bool:
    """Step 6 begins; False if a person has opened a gate again, while a place was waited for or just now.

    Raises BatchStopped if the batch's failure threshold was passed.
    """
    check_stops(job)

    async def work(connection: AsyncConnection) -> bool:
        await lock_job(connection, job.organisation_id, job.job_id)
        for gate in GATE_STEPS.values():
            asked = await read_step_asked(connection, job.organisation_id, job.job_id, gate)
            if asked is None or not asked.status.ended:
                return False
        await advance(connection, job.organisation_id, job.job_id, Step.SET_UP, StepStatus.IN_PROGRESS)
        return True

    return await write(resources(job), work)


async def end_set_up(job: JobRef) -> bool:
    """End step 6 if every sub-step has ended; False if a person must settle an effect first, or opened one again.

    Raises StopRequested or LeaseLost if the sub-steps were told to stop, ProgrammerError if one crashed, and so ended
    without an outcome.
    """
    context = resources(job)

    async def work(connection: AsyncConnection) -> SetUpSnapshot:
        # Whoever opens a sub-step again locks the job too: none can be opened between the look and the end.
        await lock_job(connection, job.organisation_id, job.job_id)
        row = await read_set_up(connection, job.organisation_id, job.job_id)
        if all(status.ended for status in row.statuses.values()):
            await _end(connection, job, row)
        return row

    row = await write(context, work)
    if all(status.ended for status in row.statuses.values()):
        return True
    view = (await context.watch.fresh()).jobs[job.job_id]
    check_cancelled(job)
    if not row.needs_person and not due(view, row.config.steps_enabled):
        raise ProgrammerError("a sub-step ended without an outcome")
    return False


async def may_go_on(job: JobRef) -> None:
    """Wait, without a place, until an effect was settled or opened again, or the job must not go on."""
    context = resources(job)
    row = await context.set_ups.of(job.job_id)

    def settled(view: JobView) -> bool:
        return not view.needs_person or bool(due(view, row.config.steps_enabled))

    await context.watch.until(lambda view: settled(view.jobs[job.job_id]) or view.halts(job.job_id))


async def _end(connection: AsyncConnection, job: JobRef, row: SetUpSnapshot) -> None:
    failed = [f"{name}: {row.errors[name]}" for name, status in row.statuses.items() if status is SubStepStatus.FAILED]
    to = StepStatus.FAILED if failed else StepStatus.COMPLETED
    message = "; ".join(failed) or None
    attribution = Attribution(SYSTEM.actor, message)
    await advance(connection, job.organisation_id, job.job_id, Step.SET_UP, to, attribution, error_message=message)


def check_cancelled(job: JobRef) -> None:
    """Raises LeaseLost if this process was replaced, StopRequested if a person cancelled."""
    resources(job).lease.check()
    if resources(job).watch.view.stops(job.job_id):
        raise StopRequested("told to stop")


def check_stops(job: JobRef) -> None:
    """The same; raises BatchStopped if the failure threshold stopped the batch, BatchLeft if this process leaves it."""
    check_cancelled(job)
    view = resources(job).watch.view
    if view.stopped_reason is not None:
        raise BatchStopped(view.stopped_reason)
    if view.leaving:
        raise BatchLeft("waits for people; an answer starts the batch again")


async def leave_cancelled(job: JobRef) -> None:
    """The job was told to stop: what has not begun is cancelled; an effect that is out stays until it is settled."""
    await write(resources(job), lambda connection: cancel_open(connection, job.organisation_id, job.job_id, CANCELLED))
