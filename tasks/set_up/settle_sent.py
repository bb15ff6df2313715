"""Settling what was sent by a job that does not go on: by looking only, nothing is sent again."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.effects import Probe
from registration.effects.queries import sent_effects
from registration.effects.set_up_queries import read_set_up
from registration.errors import EffectFailed, EffectUndecided, Stopped
from registration.operations.cancel import CANCELLED, cancel_unsent
from registration.states import SubStepStatus
from registration.workflow.step_queries import lock_job, read_step_asked
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step
from tasks.context import JobRef, resources
from tasks.extraction import sought_start
from tasks.set_up import accounts
from tasks.set_up.context import SubStepContext
from tasks.step_runner import StepTask, read, write

_NOT_DONE = "it was sent and never answered, and the platform does not show it"


@task(
    name="Settle what was sent",
    task_run_name="{job.restaurant} · settle what was sent",
    description="Finds out, by looking only, what became of effects of a restaurant that does not go on.",
    retries=0,
    persist_result=False,
)
async def _settle_sent(job: JobRef) -> State[Any]:
    """Settle everything that is out of a job: completed, failed, not done, or for a person to tell.

    Of a job that has ended, what is not done is cancelled; of one that goes on when its stopped batch is continued it
    stays to be done.
    """
    context = resources(job)
    try:
        await write(context, lambda connection: _cancel_unsent(connection, job))
        names = await read(context, lambda connection: sent_effects(connection, job.organisation_id, job.job_id))
        await asyncio.gather(*(_settle(job, name) for name in names))
    except Stopped as stopped:
        return Cancelled(message=stopped.message)
    return Completed(message=", ".join(names) or "nothing was out")


settle_sent: StepTask = _settle_sent


async def _settle(job: JobRef, name: str) -> None:
    context = resources(job)
    probe = await _sought(job, name)
    try:
        happened = await context.ledger.settle(job.job_id, probe) is not None
    except (EffectFailed, EffectUndecided):
        return
    if not happened:
        await write(context, lambda connection: _cancel(connection, job, name))
    if name == SubStepName.CLOUDWAITRESS_ACCOUNT:
        await accounts.settled(await _set_up(job, name), made=happened)


async def _cancel_unsent(connection: AsyncConnection, job: JobRef) -> None:
    if (await lock_job(connection, job.organisation_id, job.job_id)).ended:
        await cancel_unsent(connection, job.organisation_id, job.job_id, CANCELLED)


async def _cancel(connection: AsyncConnection, job: JobRef, name: str) -> None:
    if not (await lock_job(connection, job.organisation_id, job.job_id)).ended:
        return
    to, attribution = SubStepStatus.CANCELLED, Attribution(SYSTEM.actor, _NOT_DONE)
    await move_sub_step(connection, job.organisation_id, job.job_id, name, to, attribution, error_message=_NOT_DONE)


async def _sought(job: JobRef, name: str) -> Probe:
    if name in set(SubStepName):
        return (await _set_up(job, name)).probe()
    context = resources(job)
    asked = await read(
        context, lambda connection: read_step_asked(connection, job.organisation_id, job.job_id, Step.EXTRACTION)
    )
    if asked is None:
        raise LookupError(f"job {job.job_id} has no step {Step.EXTRACTION}")
    since = datetime.fromisoformat(asked.result["since"]) if "since" in asked.result else None
    return sought_start(context, ExtractionStart(name), asked.restaurant_id, since)


async def _set_up(job: JobRef, name: str) -> SubStepContext:
    context = resources(job)
    row = await read(context, lambda connection: read_set_up(connection, job.organisation_id, job.job_id))
    return SubStepContext(SubStepName(name), job, context, row)
