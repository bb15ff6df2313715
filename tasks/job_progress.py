"""The work on a job between its tasks: arriving at a gate, preflight, beginning and ending step 6, cancelling."""

from registration.configuration.preflight import refusals
from registration.configuration.queries import has_menu
from registration.configuration.state import read_config_state
from registration.database.session import Transaction
from registration.effects.set_up_queries import SetUpSnapshot, read_set_up
from registration.errors import BatchHalted, BatchReleased, CancelRequested, ProgrammerError
from registration.gates.config_decisions import all_restaurant_columns
from registration.gates.policies import select_clear_match
from registration.gates.rounds import Details
from registration.operations.cancel import CANCELLED, cancel_open
from registration.restaurants.queries import note_director, save_restaurant
from registration.states import StepStatus
from registration.workflow.readiness import startable
from registration.workflow.snapshot import JobView
from registration.workflow.step_data import StepData
from registration.workflow.step_queries import advance, arrive_at, lock_job, read_step, reopen
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
    requested_details = Details.CONFIRM_QUERY if unsearched else None

    async def work(transaction: Transaction) -> None:
        lacks_menu = gate is Step.YOLO_CONFIG and not await has_menu(transaction, job.job_id)
        await arrive_at(transaction, job.job_id, gate, requested_details, without_menu=lacks_menu)

    await write(resources(job), work)


async def _policy_decides(job: JobRef, view: JobView) -> bool:
    return await write(resources(job), lambda transaction: select_clear_match(transaction, view))


async def preflight(job: JobRef) -> bool:
    """Check right before step 6 that every enabled sub-step has what it needs, and write the configuration's columns.

    If something is missing, reopen the configuration gate for this job with the reasons, and return False.
    """

    async def work(transaction: Transaction) -> bool:
        await lock_job(transaction, job.job_id)
        state = await read_config_state(transaction, job.job_id)
        config = (await read_set_up(transaction, job.job_id)).config
        reasons = refusals(config, await state.facts(transaction, config))
        if not reasons:
            # Write only values that the configuration has: the restaurant may hold others that could not be proposed.
            columns = {name: value for name, value in all_restaurant_columns(config).items() if value}
            await save_restaurant(transaction, state.restaurant.id, columns)
            contact = config.onboarding.user_name
            from_register = contact is not None and state.entry is not None and contact in state.entry.people
            if contact and from_register and contact != state.restaurant.contact_name:
                await note_director(transaction, state.restaurant.id, contact)
            return True
        attribution = Attribution("preflight", "; ".join(reasons))
        waiting, data = StepStatus.ACTION_REQUIRED, StepData(refused=tuple(reasons))
        if not await has_menu(transaction, job.job_id):
            data = data.model_copy(update={"without_menu": True})
        await reopen(transaction, job.job_id, Step.YOLO_CONFIG, waiting, attribution, data)
        return False

    return await write(resources(job), work)


async def begin_set_up(job: JobRef) -> bool:
    """Begin step 6; False if a person has reopened a gate meanwhile.

    Raises BatchHalted if the batch's failure threshold was exceeded.
    """
    check_may_go_on(job)

    async def work(transaction: Transaction) -> bool:
        await lock_job(transaction, job.job_id)
        for gate in GATE_STEPS.values():
            row = await read_step(transaction, job.job_id, gate)
            if row is None or not row.status.ended:
                return False
        await advance(transaction, job.job_id, Step.SET_UP, StepStatus.IN_PROGRESS)
        return True

    return await write(resources(job), work)


async def end_set_up(job: JobRef) -> bool:
    """End step 6 if every sub-step has ended; False if a person must first resolve an effect, or has reopened a
    sub-step.

    Raises CancelRequested or LeaseLost if the sub-steps were stopped, ProgrammerError if a sub-step crashed and so has
    no outcome.
    """
    context = resources(job)

    async def work(transaction: Transaction) -> SetUpSnapshot:
        # Reopening a sub-step also locks the job, so no sub-step can be reopened between this read and the end.
        await lock_job(transaction, job.job_id)
        row = await read_set_up(transaction, job.job_id)
        if row.ended:
            await _end(transaction, job, row)
        return row

    row = await write(context, work)
    if row.ended:
        return True
    view = (await context.watch.fresh()).jobs[job.job_id]
    check_cancelled(job)
    if not row.needs_person and not startable(view, row.config.steps_enabled):
        raise ProgrammerError("a sub-step ended without an outcome")
    return False


async def wait_until_startable(job: JobRef) -> None:
    """Wait, without a slot, until an effect is resolved or reopened, or the job must not go on."""
    context = resources(job)
    row = await context.set_ups.of(job.job_id)

    def can_go_on(view: JobView) -> bool:
        return not view.needs_person or bool(startable(view, row.config.steps_enabled))

    await context.watch.until(lambda view: can_go_on(view.jobs[job.job_id]) or view.must_stop(job.job_id))


async def _end(transaction: Transaction, job: JobRef, row: SetUpSnapshot) -> None:
    to = StepStatus.FAILED if row.failure else StepStatus.COMPLETED
    attribution = Attribution(SYSTEM.actor, row.failure)
    await advance(transaction, job.job_id, Step.SET_UP, to, attribution, error_message=row.failure)


def check_cancelled(job: JobRef) -> None:
    """Raises LeaseLost if this process was replaced, CancelRequested if a person cancelled."""
    resources(job).lease.check()
    if resources(job).watch.view.is_cancelled(job.job_id):
        raise CancelRequested("cancelled")


def check_may_go_on(job: JobRef) -> None:
    """Raises the errors of `check_cancelled`, BatchHalted if the batch is halted, BatchReleased if it is being
    released.
    """
    check_cancelled(job)
    view = resources(job).watch.view
    if view.halted_reason is not None:
        raise BatchHalted(view.halted_reason)
    if view.releasing:
        raise BatchReleased("waits for people; an answer starts the batch again")


async def cancel_open_work(job: JobRef) -> None:
    """Cancel the open steps of a cancelled job and its effects that were not sent; effects in flight stay until
    reconciled.
    """
    await write(resources(job), lambda transaction: cancel_open(transaction, job.job_id, CANCELLED))
