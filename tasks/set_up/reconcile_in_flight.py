"""Reconciling the effects in flight of a job that does not go on, by looking at the platform only: no
request is sent.
"""

import asyncio
from typing import Any

from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from registration.database.session import Transaction
from registration.effects import Probe
from registration.effects.queries import effects_in_flight
from registration.effects.set_up_queries import read_set_up
from registration.errors import EffectFailed, EffectUndecided, Stopped
from registration.operations.cancel import CANCELLED, cancel_unsent
from registration.states import SubStepStatus
from registration.workflow.step_queries import lock_job, read_step
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step
from tasks.context import JobRef, resources
from tasks.extraction import extraction_probe
from tasks.set_up import accounts
from tasks.set_up.context import SubStepContext
from tasks.step_runner import StepTask, read, write

_NOT_DONE = "it was sent and never answered, and the platform does not show it"


@task(
    name="Reconcile effects in flight",
    task_run_name="{job.restaurant} · reconcile effects in flight",
    description="Finds out by looking whether the effects in flight of a restaurant that does not go on happened.",
    retries=0,
    persist_result=False,
)
async def _reconcile_in_flight(job: JobRef) -> State[Any]:
    """Bring every effect in flight of the job to an outcome: completed, failed, not done, or for a person to resolve.

    An effect that was not done is cancelled if the job has ended; if the job goes on once its halted batch is
    continued, the effect stays pending.
    """
    context = resources(job)
    try:
        await write(context, lambda transaction: _cancel_unsent(transaction, job))
        names = await read(context, lambda transaction: effects_in_flight(transaction, job.job_id))
        await asyncio.gather(*(_reconcile(job, name) for name in names))
    except Stopped as stopped:
        return Cancelled(message=stopped.message)
    return Completed(message=", ".join(names) or "nothing was in flight")


reconcile_in_flight: StepTask = _reconcile_in_flight


async def _reconcile(job: JobRef, name: str) -> None:
    context = resources(job)
    probe = await _probe(job, name)
    try:
        happened = await context.ledger.reconcile(job.job_id, probe) is not None
    except (EffectFailed, EffectUndecided):
        return
    if not happened:
        await write(context, lambda transaction: _cancel(transaction, job, name))
    if name == SubStepName.CLOUDWAITRESS_ACCOUNT:
        await accounts.reconciled(await _sub_step_context(job, name), made=happened)


async def _cancel_unsent(transaction: Transaction, job: JobRef) -> None:
    if (await lock_job(transaction, job.job_id)).ended:
        await cancel_unsent(transaction, job.job_id, CANCELLED)


async def _cancel(transaction: Transaction, job: JobRef, name: str) -> None:
    if not (await lock_job(transaction, job.job_id)).ended:
        return
    to, attribution = SubStepStatus.CANCELLED, Attribution(SYSTEM.actor, _NOT_DONE)
    await move_sub_step(transaction, job.job_id, name, to, attribution, error_message=_NOT_DONE)


async def _probe(job: JobRef, name: str) -> Probe:
    if name in set(SubStepName):
        return (await _sub_step_context(job, name)).probe()
    context = resources(job)
    row = await read(context, lambda transaction: read_step(transaction, job.job_id, Step.EXTRACTION))
    if row is None:
        raise LookupError(f"job {job.job_id} has no step {Step.EXTRACTION}")
    return extraction_probe(context, ExtractionStart(name), row.restaurant_id, row.data.since)


async def _sub_step_context(job: JobRef, name: str) -> SubStepContext:
    context = resources(job)
    row = await read(context, lambda transaction: read_set_up(transaction, job.job_id))
    return SubStepContext(SubStepName(name), job, context, row)
