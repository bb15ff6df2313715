"""What the twelve sub-steps share: check whether it may start, run it through the ledger, show its outcome
in Prefect.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from prefect import Task, task
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed

from registration.effects.outputs import Outputs
from registration.errors import (
    EffectFailed,
    EffectUndecided,
    PersonMustAct,
    PlatformUnclear,
    ProgrammerError,
    Stopped,
)
from registration.states import SubStepStatus
from registration.workflow.readiness import Skip, Wait, readiness
from registration.workflow.skips import SubStepSkip
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step
from tasks.context import JobRef, Resources, resources
from tasks.set_up.context import NothingToDo, SubStepContext
from tasks.step_runner import SUB_STEP_DELAYS, delays, named_like, only_transient, write

SubStepBody = Callable[[SubStepContext], Awaitable[Outputs]]
SubStepTask = Task[[JobRef], Any]

TASKS: dict[SubStepName, SubStepTask] = {}


def sub_step(name: SubStepName) -> Callable[[SubStepBody], SubStepTask]:
    """Make the task of one sub-step; it does nothing if the sub-step has ended, and can be the first call after a
    crash.
    """

    def decorate(body: SubStepBody) -> SubStepTask:
        @task(
            name=name,
            task_run_name="{job.restaurant} · " + name,
            description=body.__doc__,
            retries=len(SUB_STEP_DELAYS),
            retry_delay_seconds=delays(SUB_STEP_DELAYS),
            retry_condition_fn=only_transient,
            persist_result=False,
        )
        @named_like(body)
        async def run(job: JobRef) -> State[Any]:
            try:
                return await _run(name, body, job)
            except Stopped as stopped:
                return Cancelled(message=stopped.message)

        TASKS[name] = run
        return run

    return decorate


async def _run(name: SubStepName, body: SubStepBody, job: JobRef) -> State[Any]:
    context = resources(job)
    row = await context.set_ups.of(job.job_id)
    if row.statuses[name].ended:
        return Completed(name="AlreadyDone", message=f"it was {row.statuses[name]} before")
    match readiness(name, row.statuses, row.config.steps_enabled):
        case Skip() as skip:
            return await _skip(context, job, name, skip.text)
        case Wait(reason):
            return Completed(name="Waiting", message=reason)
        case _:
            pass
    try:
        context.watch.check(job.job_id)
        await body(SubStepContext(name, job, context, row))
    except NothingToDo as nothing:
        return await _skip(context, job, name, SubStepSkip.NOTHING_TO_DO.text(nothing.message))
    except EffectFailed as failed:
        return Failed(message=failed.message)
    except EffectUndecided as undecided:
        return Failed(name="NeedsPerson", message=undecided.message)
    except (PersonMustAct, ProgrammerError, PlatformUnclear) as error:
        # The request was never sent. Fail the effect; if it stayed pending it would be retried forever.
        refused = await context.ledger.refuse(job.job_id, name, error.message)
        return Failed(name="NeedsPerson" if isinstance(refused, EffectUndecided) else None, message=refused.message)
    return Completed()


async def _skip(context: Resources, job: JobRef, name: SubStepName, reason: str) -> State[Any]:
    attribution = Attribution(SYSTEM.actor, reason)
    await write(
        context,
        lambda transaction: move_sub_step(
            transaction, job.job_id, name, SubStepStatus.SKIPPED, attribution, skip_reason=reason
        ),
    )
    return Completed(name="Skipped", message=reason)
