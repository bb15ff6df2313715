"""What the automatic steps share: begin, do the work, end as completed, skipped or failed, and retry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Cancelled, Completed, Failed, aget_state_exception

from registration.database.session import Transaction, retry_until_available
from registration.errors import PersonMustAct, ProgrammerError, RegistrationError, Stopped, TransientError
from registration.gates.company_decisions import ask_again
from registration.settings import settings
from registration.states import StepStatus
from registration.workflow.register_failures import RegisterFailure
from registration.workflow.step_data import NOTHING, StepData
from registration.workflow.step_queries import StepRow, advance, count_retry, read_step
from registration.workflow.steps import STEPS, Step
from registration.workflow.transition_queries import SYSTEM, Attribution
from tasks.context import JobRef, Resources, resources

Wrapper = TypeVar("Wrapper", bound=Callable[..., Any])

STEP_DELAYS = (5.0, 15.0, 45.0)
SUB_STEP_DELAYS = (2.0, 4.0, 8.0)
Result = TypeVar("Result")
StepTask = Task[[JobRef], Any]


def delays(seconds: tuple[float, ...]) -> list[float]:
    """The delays on this installation's clock."""
    return [settings().scaled(delay) for delay in seconds]


def named_like(body: Callable[..., Any]) -> Callable[[Wrapper], Wrapper]:
    """Give a wrapper the name of the function it wraps, but not the signature, from which Prefect reads the
    parameters.
    """

    def name(wrapper: Wrapper) -> Wrapper:
        for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
            setattr(wrapper, attribute, getattr(body, attribute))
        return wrapper

    return name


async def only_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """True if a failed task may be retried; Prefect calls this before each retry."""
    return isinstance(await aget_state_exception(state), TransientError)


@dataclass(frozen=True)
class StepResult:
    """The good end of a step: the data to store and a message for people; `skipped` if there was nothing to do."""

    message: str
    data: StepData = NOTHING
    skipped: bool = False


StepBody = Callable[[JobRef, StepRow], Awaitable[StepResult]]


def automatic_step(step: Step) -> Callable[[StepBody], StepTask]:
    """Make a task of a step's work: it does nothing if the step has ended, and can be the first call after any crash.

    Prefect retries transient errors; the last of them, and every error that a person must act on, fails the step.
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
    row = await _begin(context, job, step)
    if row is None:
        return Completed(name="AlreadyDone", message="it had ended before")
    try:
        result = await body(job, row)
    except TransientError as error:
        await _retry_or_fail(context, job, step, error)
        raise
    except (PersonMustAct, ProgrammerError) as error:
        await _fail(context, job, step, error)
        return Failed(message=error.message)
    return await _end(context, job, step, result)


async def read(context: Resources, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """What `work` reads in a transaction that concurrent tasks share; tried until the database answers or the lease
    is lost.
    """
    return await retry_until_available(lambda: context.reads.do(work), give_up=lambda: context.lease.lost)


async def under_lease(
    context: Resources, work: Callable[[Transaction], Awaitable[Result]], *, alone: bool = False
) -> Result:
    """The result of `work` in a transaction of the lease, tried until it is committed. Raises LeaseLost."""

    async def once() -> Result:
        async with context.lease.transaction(alone=alone) as transaction:
            return await work(transaction)

    return await retry_until_available(once, give_up=lambda: context.lease.lost)


async def write(context: Resources, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
    """The result of `work` under the lease, for a change that other tasks wait for: they are woken."""
    result = await under_lease(context, work)
    context.watch.poke()
    return result


async def _begin(context: Resources, job: JobRef, step: Step) -> StepRow | None:
    async def work(transaction: Transaction) -> StepRow | None:
        await advance(transaction, job.job_id, step, StepStatus.IN_PROGRESS)
        row = await read_step(transaction, job.job_id, step)
        return row if row and row.status is StepStatus.IN_PROGRESS else None

    return await write(context, work)


async def _end(context: Resources, job: JobRef, step: Step, result: StepResult) -> State[Any]:
    to = StepStatus.SKIPPED if result.skipped else StepStatus.COMPLETED
    values = {"error_message": None, "error_details": None}
    attribution = Attribution(SYSTEM.actor, result.message)
    await write(
        context,
        lambda transaction: advance(transaction, job.job_id, step, to, attribution, result.data, **values),
    )
    return Completed(name="Skipped" if result.skipped else None, message=result.message)


async def _retry_or_fail(context: Resources, job: JobRef, step: Step, error: TransientError) -> None:
    async def work(transaction: Transaction) -> bool:
        return await count_retry(transaction, job.job_id, step)

    if await write(context, work):
        attribution = Attribution(SYSTEM.actor, error.message)
        await write(
            context,
            lambda transaction: advance(transaction, job.job_id, step, StepStatus.RETRYING, attribution),
        )
    else:
        await _fail(context, job, step, error)


async def _fail(context: Resources, job: JobRef, step: Step, error: RegistrationError) -> None:
    """Fail the step. After a failure of the register a person decides at the company gate how the job goes on."""

    async def work(transaction: Transaction) -> None:
        attribution = Attribution(SYSTEM.actor, error.message)
        values: dict[str, Any] = {"error_message": error.message, "error_details": error.details}
        of_register = step in (Step.SEARCH, Step.COMPANY_DETAILS)
        data = StepData(failure=RegisterFailure.of(error)) if of_register else None
        failed = await advance(transaction, job.job_id, step, StepStatus.FAILED, attribution, data, **values)
        if failed and step is Step.COMPANY_DETAILS:
            await ask_again(transaction, job.job_id, attribution)

    await write(context, work)


async def fail_crashed(job: JobRef, step: Step, message: str) -> None:
    """Fail a step whose task ended without ending it. Raises LeaseLost."""
    context = resources(job)
    context.lease.check()
    begin = StepStatus.IN_PROGRESS
    await write(context, lambda transaction: advance(transaction, job.job_id, step, begin))
    await _fail(context, job, step, ProgrammerError(message))


async def once_a(seconds: float, context: Resources, job: JobRef) -> None:
    """Wait the scaled seconds; raises CancelRequested as soon as the job is cancelled."""
    await context.watch.pause(context.settings.scaled(seconds), job.job_id)
