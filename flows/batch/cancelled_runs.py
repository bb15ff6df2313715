"""Runs that a person cancelled in Prefect: a batch's run cancels the batch, a restaurant's run cancels its job."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled

from registration.batches.queries import request_cancel
from registration.database.session import Transaction
from registration.operations.cancel_queries import request_job_cancel
from registration.workflow.transition_queries import Attribution, record
from tasks.context import Resources
from tasks.step_runner import write

CANCELLED_AS_REQUESTED = "Cancelled as asked"
"""State name of a run that ended because its batch or job was cancelled."""
TAKEN_OVER = "TakenOver"
"""State name of a run that was ended because another run took its batch over."""
TAKEN_OVER_MESSAGE = "another run took the batch over"

_BATCH = Attribution("prefect", "the flow run was cancelled in Prefect")
_JOB = Attribution("prefect", "the flow run of the restaurant was cancelled in Prefect")


def cancelled_by_person(state: State[Any] | None) -> bool:
    """True if the run was cancelled by a person, not by the pipeline or by the run that took the batch over."""
    if state is None or state.type not in (StateType.CANCELLED, StateType.CANCELLING):
        return False
    return state.name not in (CANCELLED_AS_REQUESTED, TAKEN_OVER) and state.message != TAKEN_OVER_MESSAGE


async def cancelled_while_open(client: PrefectClient, run_id: UUID, state: State[Any] | None) -> bool:
    """True if a person cancelled the run before it had ended; a state changed after the end cancels nothing."""
    if not cancelled_by_person(state):
        return False
    return not any(
        earlier.is_completed() or earlier.is_failed() for earlier in await client.read_flow_run_states(run_id)
    )


async def cancel_batch(context: Resources) -> None:
    """Cancel the whole batch, as `registration cancel` does; nothing changes if it was cancelled before."""

    async def work(transaction: Transaction) -> None:
        await request_cancel(transaction, context.batch.id, _BATCH)

    await write(context, work)


async def cancel_restaurants(context: Resources, runs: Iterable[FlowRun]) -> None:
    """Cancel the jobs whose runs a person cancelled. Jobs that have ended or were cancelled before stay as they are."""
    await cancel_jobs(context, [UUID(run.parameters["job_id"]) for run in runs if cancelled_by_person(run.state)])


async def cancel_jobs(context: Resources, jobs: Collection[UUID]) -> None:
    """Cancel these jobs, as `registration cancel` does. Jobs that have ended or were cancelled before stay
    as they are.
    """

    async def work(transaction: Transaction) -> None:
        for job_id in jobs:
            if await request_job_cancel(transaction, job_id):
                await record(transaction, "job stop requested", _JOB, job_id=job_id)

    if jobs:
        await write(context, work)


async def mark_handled(client: PrefectClient, runs: Iterable[FlowRun]) -> None:
    """Give the cancelled runs a state of the pipeline, so that an old run does not cancel its job again after a
    reopening.
    """
    for run in runs:
        await client.set_flow_run_state(run.id, Cancelled(name=CANCELLED_AS_REQUESTED), force=True)
