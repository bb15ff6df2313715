"""What the automatic steps share: begin, do the work, end as completed, skipped or failed, and retry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Cancelled, Completed, Failed, aget_state_exception
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import persistently
from registration.errors import PersonMustAct, ProgrammerError, RegistrationError, Stopped, TransientError
from registration.settings import settings
from registration.states import StepStatus
from registration.workflow.step_queries import StepAsked, advance, count_retry, read_step_asked, skip_steps
from registration.workflow.steps import STEPS, Step
from registration.workflow.transition_queries import SYSTEM, Attribution
from tasks.context import JobRef, Resources, resources

Wrapper = TypeVar("Wrapper", bound=Callable[..., Any])

STEP_DELAYS = (5.0, 15.0, 45.0)
SUB_STEP_DELAYS = (2.0, 4.0, 8.0)


def delays(seconds: tuple[float, ...]) -> list[float]:
    """The delays on this installation's clock."""
    return [settings().scaled(one) for one in seconds]


def named_like(body: Callable[..., Any]) -> Callable[[Wrapper], Wrapper]:
    """Give a wrapper the name of what it wraps, but not its signature, from which Prefect reads the parameters."""

    def name(wrapper: Wrapper) -> Wrapper:
        for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(wrapper, attribute, getattr(body, attribute))
        return wrapper

    return name


async def only_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task may be tried again; Prefect asks before each retry."""
    return isinstance(await aget_state_exception(state), TransientError)


@dataclass(frozen=True)
class StepResult:
    """How a step ended well: what to keep, in words for people; `skipped` if there was nothing to do."""

    message: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    skipped: bool = False


Result = TypeVar("Result")
StepBody = Callable[[JobRef, StepAsked], Awaitable[StepResult]]
StepTask = Task[[JobRef], Any]


def automatic_step(step: Step) -> Callable[[StepBody], StepTask]:
    """Make a task of a step's work: it does nothing if the step has ended, and can be the first after any crash.

    Transient errors are retried by Prefect; the last one, and every error that a person must act on, fails the step.
    """

    def decorate(body: StepBody) -> StepTask:
        @task(
            name=STEPS[step].name,
            task_run_name="{job.restaurant} · " + STEPS[step].name,
            description=body.__doc__,
            retries=len(STEP_DELAYS),
            retry_delay_seconds=delays(STEP_DELAYS),
            retry_condition_fn=only_transient,
            persist_result=False,
        )
        @named_like(body)
        async def run(job: JobRef) -> State[Any]:
            try:
                return await _run(job, step, body)
            except Stopped as stopped:
                return Cancelled(message=stopped.message)

        return run

    return decorate


async def _run(job: JobRef, step: Step, body: StepBody) -> State[Any]:
    context = resources(job)
    asked = await _begin(context, job, step)
    if asked is None:
        return Completed(name="AlreadyDone", message="it had ended before")
    try:
        result = await body(job, asked)
    except TransientError as error:
        await _retry_or_fail(context, job, step, error)
        raise
    except (PersonMustAct, ProgrammerError) as error:
        await _fail(context, job, step, error)
        return Failed(message=error.message)
    return await _end(context, job, step, result)


async def read(context: Resources, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
    """What a read-only transaction finds, tried until the database answers or the lease is lost."""

    async def once() -> Result:
        async with context.lease.reading() as connection:
            return await work(connection)

    return await persistently(once, give_up=lambda: context.lease.lost)


async def under_lease(
    context: Resources, work: Callable[[AsyncConnection], Awaitable[Result]], *, alone: bool = False
) -> Result:
    """What `work` does in a transaction of the lease, tried until it is in. Raises LeaseLost."""

    async def once() -> Result:
        async with context.lease.transaction(alone=alone) as connection:
            return await work(connection)

    return await persistently(once, give_up=lambda: context.lease.lost)


async def write(context: Resources, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
    """What `under_lease` does, for a change that others wait for: they are woken."""
    result = await under_lease(context, work)
    context.watch.poke()
    return result


async def _begin(context: Resources, job: JobRef, step: Step) -> StepAsked | None:
    async def work(connection: AsyncConnection) -> StepAsked | None:
        await advance(connection, job.organisation_id, job.job_id, step, StepStatus.IN_PROGRESS)
        asked = await read_step_asked(connection, job.organisation_id, job.job_id, step)
        return asked if asked and asked.status is StepStatus.IN_PROGRESS else None

    return await write(context, work)


async def _end(context: Resources, job: JobRef, step: Step, result: StepResult) -> State[Any]:
    to = StepStatus.SKIPPED if result.skipped else StepStatus.COMPLETED
    values = {"result_data": result.data, "error_message": None, "error_details": None}
    attribution = Attribution(SYSTEM.actor, result.message)
    await write(
        context,
        lambda connection: advance(connection, job.organisation_id, job.job_id, step, to, attribution, **values),
    )
    return Completed(name="Skipped" if result.skipped else None, message=result.message)


async def _retry_or_fail(context: Resources, job: JobRef, step: Step, error: TransientError) -> None:
    async def work(connection: AsyncConnection) -> bool:
        return await count_retry(connection, job.organisation_id, job.job_id, step)

    if await write(context, work):
        attribution = Attribution(SYSTEM.actor, error.message)
        await write(
            context,
            lambda connection: advance(
                connection, job.organisation_id, job.job_id, step, StepStatus.RETRYING, attribution
            ),
        )
    else:
        await _fail(context, job, step, error)


async def _fail(context: Resources, job: JobRef, step: Step, error: RegistrationError) -> None:
    """A failed search or a failed reading of the register ends the job's way: what comes after is skipped."""

    async def work(connection: AsyncConnection) -> None:
        attribution = Attribution(SYSTEM.actor, error.message)
        values = {"error_message": error.message, "error_details": error.details}
        await advance(connection, job.organisation_id, job.job_id, step, StepStatus.FAILED, attribution, **values)
        if step in (Step.SEARCH, Step.COMPANY_DETAILS):
            later = tuple(one for one in Step if one > step)
            attribution = Attribution(SYSTEM.actor, f"{STEPS[step].name} failed")
            await skip_steps(connection, job.organisation_id, job.job_id, later, attribution)

    await write(context, work)


async def fail_crashed(job: JobRef, step: Step, message: str) -> None:
    """Its task ended without ending it: it has failed, like any other that did. Raises LeaseLost."""
    context = resources(job)
    context.lease.check()
    begin = StepStatus.IN_PROGRESS
    await write(context, lambda connection: advance(connection, job.organisation_id, job.job_id, step, begin))
    await _fail(context, job, step, ProgrammerError(message))


async def once_a(seconds: float, context: Resources, job: JobRef) -> None:
    """Wait, scaled; raises StopRequested as soon as the job is told to stop."""
    await context.watch.pause(context.settings.scaled(seconds), job.job_id)
