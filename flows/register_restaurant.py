"""The story of one restaurant: steps 1 to 6."""

import asyncio
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from flows.batch.cancelled_runs import CANCELLED_AS_REQUESTED
from flows.batch.crashes import storable_message
from flows.set_up_account import set_up_account
from flows.task_runner import EventLoopTaskRunner, submit
from registration.errors import BatchHalted, BatchReleased, CancelRequested, LeaseLost, ProgrammerError
from registration.workflow.snapshot import JobView
from registration.workflow.steps import Step
from tasks.batch_lifecycle import WAITING_FOR_PEOPLE
from tasks.company_search import read_company, search_register
from tasks.context import JobRef, own_run, resources
from tasks.extraction import extract_menu_and_branding
from tasks.job_progress import (
    arrive,
    begin_set_up,
    cancel_open_work,
    check_may_go_on,
    end_set_up,
    preflight,
    wait_until_startable,
)
from tasks.set_up.capacity import set_up_slot
from tasks.step_runner import StepTask, fail_crashed


@flow(
    name="register-restaurant",
    flow_run_name="{restaurant}",
    description="Steps 1 to 6 of one restaurant; started by register-batch only.",
    task_runner=EventLoopTaskRunner(),
    retries=0,
    persist_result=False,
)
async def register_restaurant(organisation_id: UUID, batch_id: UUID, job_id: UUID, restaurant: str) -> State[None]:
    """Take one restaurant from its present step to its end. Every part does only what is not done yet."""
    job = JobRef(organisation_id, batch_id, job_id, restaurant)
    if (await current_view(job)).id != job_id:
        raise ProgrammerError(f"the data read for job {job_id} belongs to another job")
    resources(job).runs[job_id] = own_run().id
    # Menu and branding are extracted beside everything else; only the configuration waits for them.
    extraction = asyncio.create_task(keep_extracting(job))
    try:
        while is_open(await current_view(job), Step.SET_UP):
            await choose_company(job)

            # A person confirms the configuration, and again if preflight finds something missing.
            if await configure(job):
                # Twelve sub-steps on the platform; wait while a person must resolve an effect.
                await set_up(job)
        await extraction
    except CancelRequested as cancelled:
        await extraction
        await cancel_open_work(job)
        return Cancelled(name=CANCELLED_AS_REQUESTED, message=cancelled.message)
    except BatchHalted as halted:
        await extraction
        return Completed(name="Stopped", message=halted.message)
    except BatchReleased as released:
        await extraction
        return Completed(name=WAITING_FOR_PEOPLE, message=released.message)
    except LeaseLost as lost:
        return Completed(name="Replaced", message=lost.message)
    finally:
        extraction.cancel()
    return Completed(message=(await current_view(job)).status)


async def keep_extracting(job: JobRef) -> None:
    """Run step 1, and again whenever it is reopened, until the job has ended or must not go on."""
    watch = resources(job).watch
    while True:
        try:
            await run_step(job, Step.EXTRACTION, extract_menu_and_branding)
        except LeaseLost:
            return
        await watch.until(
            lambda view: (
                is_open(view.jobs[job.job_id], Step.EXTRACTION)
                or view.jobs[job.job_id].status.ended
                or view.must_stop(job.job_id)
            )
        )
        if watch.view.must_stop(job.job_id) or watch.view.jobs[job.job_id].status.ended:
            return


async def choose_company(job: JobRef) -> None:
    """Steps 2 to 4: search, let a person choose (and search again as often as the person asks), read the chosen
    company.
    """
    while is_open(view := await current_view(job), Step.COMPANY_SELECTION):
        confirm_first = must_confirm_query(job, view)
        if is_open(view, Step.SEARCH) and not confirm_first:
            await run_step(job, Step.SEARCH, search_register)
        await wait_for_decision(job, view, Step.COMPANY_SELECTION, before=None if confirm_first else Step.SEARCH)
    if is_open(await current_view(job), Step.COMPANY_DETAILS):
        await run_step(job, Step.COMPANY_DETAILS, read_company)


async def configure(job: JobRef) -> bool:
    """Step 5: let a person confirm or change the configuration (or extract again) until preflight passes.

    False if there is nothing to configure any more, or the company is to be chosen again.
    """
    watch = resources(job).watch
    while is_open(view := await current_view(job), Step.SET_UP) and not is_open(view, Step.COMPANY_SELECTION):
        await watch.until(
            lambda view: not is_open(view.jobs[job.job_id], Step.EXTRACTION) or view.must_stop(job.job_id)
        )
        await wait_for_decision(job, view, Step.YOLO_CONFIG, before=Step.EXTRACTION)
        view = await current_view(job)
        if is_open(view, Step.SET_UP) and not is_open(view, Step.YOLO_CONFIG) and await preflight(job):
            return True
    return False


async def set_up(job: JobRef) -> None:
    """Step 6, in one of the batch's slots; the slot is free while a person must resolve an effect.

    Returns without beginning if a person has reopened a gate.
    """
    while is_open(await current_view(job), Step.SET_UP):
        async with set_up_slot(job) as has_slot:
            if not has_slot or not await begin_set_up(job):
                return
            await set_up_account(job)
        if await end_set_up(job):
            return
        await wait_until_startable(job)


async def run_step(job: JobRef, step: Step, task: StepTask) -> None:
    """Run the task of an automatic step; if the task crashed without ending its step, the step has failed.

    Raises LeaseLost.
    """
    before = (await current_view(job)).steps[step].visit
    state = await submit(task, job)
    view = await current_view(job)
    stopped = resources(job).watch.view.must_stop(job.job_id)
    if is_open(view, step) and view.steps[step].visit == before and not stopped:
        await fail_crashed(job, step, storable_message(state.message or "it ended unexpectedly"))


def must_confirm_query(job: JobRef, view: JobView) -> bool:
    """True if the batch requires a confirmed query, and no person has confirmed it yet."""
    return resources(job).batch.confirm_queries and view.steps[Step.COMPANY_SELECTION].visit == 1


async def wait_for_decision(job: JobRef, earlier: JobView, gate: Step, before: Step | None) -> None:
    """Wait at a gate until its step has ended or is at another visit, or until the step `before` it was reopened.

    `earlier` is the state of the job when it set out for the gate. Raises Stopped.
    """
    context = resources(job)
    context.watch.check(job.job_id)
    await arrive(job, gate)

    def decided(job_view: JobView) -> bool:
        another_visit = job_view.steps[gate].visit != earlier.steps[gate].visit
        return not is_open(job_view, gate) or another_visit or (before is not None and is_open(job_view, before))

    await context.watch.until(lambda view: decided(view.jobs[job.job_id]) or view.must_stop(job.job_id))
    check_may_go_on(job)


async def current_view(job: JobRef) -> JobView:
    """The state of the job after everything that was written until now."""
    return (await resources(job).watch.fresh()).jobs[job.job_id]


def is_open(view: JobView, step: Step) -> bool:
    """True if the step has not ended."""
    return not view.steps[step].status.ended
