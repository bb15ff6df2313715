"""The story of one restaurant: steps 1 to 6."""

import asyncio
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from flows.batch.cancelled_runs import AS_ASKED
from flows.batch.crashes import storable_words
from flows.set_up_account import set_up_account
from flows.task_runner import EventLoopTaskRunner, submit
from registration.errors import BatchLeft, BatchStopped, LeaseLost, ProgrammerError, StopRequested
from registration.workflow.snapshot import JobView
from registration.workflow.steps import Step
from tasks.batch_lifecycle import WAITING_FOR_PEOPLE
from tasks.company_search import read_company, search_register
from tasks.context import JobRef, own_run, resources
from tasks.extraction import extract_menu_and_branding
from tasks.job_progress import arrive, begin_set_up, check_stops, end_set_up, leave_cancelled, may_go_on, preflight
from tasks.set_up.capacity import a_place
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
    """Carry one restaurant from where it stands to its end. Every part does only what is not done yet."""
    job = JobRef(organisation_id, batch_id, job_id, restaurant)
    if (await now(job)).id != job_id:
        raise ProgrammerError(f"asked for job {job_id}, got another one's data")
    resources(job).runs[job_id] = own_run().id
    # Menu and branding are extracted beside everything else; only the configuration waits for them.
    extraction = asyncio.create_task(keep_extracting(job))
    try:
        while is_open(await now(job), Step.SET_UP):
            await choose_company(job)

            # A person confirms the configuration, and again if preflight finds something missing.
            if await configure(job):
                # Twelve sub-steps on the platform; an effect that a person must settle is waited for.
                await set_up(job)
        await extraction
    except StopRequested as stopped:
        await extraction
        await leave_cancelled(job)
        return Cancelled(name=AS_ASKED, message=stopped.message)
    except BatchStopped as stopped:
        await extraction
        return Completed(name="Stopped", message=stopped.message)
    except BatchLeft as left:
        await extraction
        return Completed(name=WAITING_FOR_PEOPLE, message=left.message)
    except LeaseLost as lost:
        return Completed(name="Replaced", message=lost.message)
    finally:
        extraction.cancel()
    return Completed(message=(await now(job)).status)


async def keep_extracting(job: JobRef) -> None:
    """Step 1, and again whenever it is opened anew, until the job has ended or must not go on."""
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
                or view.halts(job.job_id)
            )
        )
        if watch.view.halts(job.job_id) or watch.view.jobs[job.job_id].status.ended:
            return


async def choose_company(job: JobRef) -> None:
    """Steps 2 to 4: search, let a person choose (and search again as often as they ask), read the chosen company."""
    while is_open(view := await now(job), Step.COMPANY_SELECTION):
        confirms_first = confirms_query_first(job, view)
        if is_open(view, Step.SEARCH) and not confirms_first:
            await run_step(job, Step.SEARCH, search_register)
        await somebody_decides(job, view, Step.COMPANY_SELECTION, before=None if confirms_first else Step.SEARCH)
    if is_open(await now(job), Step.COMPANY_DETAILS):
        await run_step(job, Step.COMPANY_DETAILS, read_company)


async def configure(job: JobRef) -> bool:
    """Step 5: let a person confirm or change the configuration (or extract again) until preflight agrees.

    False if there is nothing to configure any more, or the company is to be chosen once more.
    """
    watch = resources(job).watch
    while is_open(view := await now(job), Step.SET_UP) and not is_open(view, Step.COMPANY_SELECTION):
        await watch.until(lambda view: not is_open(view.jobs[job.job_id], Step.EXTRACTION) or view.halts(job.job_id))
        await somebody_decides(job, view, Step.YOLO_CONFIG, before=Step.EXTRACTION)
        view = await now(job)
        if is_open(view, Step.SET_UP) and not is_open(view, Step.YOLO_CONFIG) and await preflight(job):
            return True
    return False


async def set_up(job: JobRef) -> None:
    """Step 6, in one of the batch's places; the place is given back while a person must settle an effect.

    It does not begin if a person opened a gate again before.
    """
    while is_open(await now(job), Step.SET_UP):
        async with a_place(job) as placed:
            if not placed or not await begin_set_up(job):
                return
            await set_up_account(job)
        if await end_set_up(job):
            return
        await may_go_on(job)


async def run_step(job: JobRef, step: Step, task: StepTask) -> None:
    """Run the task of an automatic step; one that crashed, and so did not end its step, has failed.

    Raises LeaseLost.
    """
    before = (await now(job)).steps[step].visit
    state = await submit(task, job)
    view = await now(job)
    halts = resources(job).watch.view.halts(job.job_id)
    if is_open(view, step) and view.steps[step].visit == before and not halts:
        await fail_crashed(job, step, storable_words(state.message or "it ended unexpectedly"))


def confirms_query_first(job: JobRef, view: JobView) -> bool:
    """Whether the batch wants the query confirmed, and nobody has done so yet."""
    return resources(job).batch.confirm_queries and view.steps[Step.COMPANY_SELECTION].visit == 1


async def somebody_decides(job: JobRef, seen: JobView, gate: Step, before: Step | None) -> None:
    """Wait at a gate until its step has ended or is at another visit, or the step before it was opened again.

    `seen` is how the job stood when it set out for the gate. Raises Stopped.
    """
    context = resources(job)
    context.watch.check(job.job_id)
    await arrive(job, gate)

    def decided(job_view: JobView) -> bool:
        another_visit = job_view.steps[gate].visit != seen.steps[gate].visit
        return not is_open(job_view, gate) or another_visit or (before is not None and is_open(job_view, before))

    await context.watch.until(lambda view: decided(view.jobs[job.job_id]) or view.halts(job.job_id))
    check_stops(job)


async def now(job: JobRef) -> JobView:
    """How the job stands after everything that was written until now."""
    return (await resources(job).watch.fresh()).jobs[job.job_id]


def is_open(view: JobView, step: Step) -> bool:
    """Whether the step has not ended."""
    return not view.steps[step].status.ended
