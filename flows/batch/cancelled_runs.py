"""Runs that a person cancelled in Prefect: that of a batch cancels the batch, that of a restaurant its job."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.queries import request_stop
from registration.operations.cancel_queries import stop_job
from registration.workflow.transition_queries import Attribution, record
from tasks.context import Resources
from tasks.step_runner import write

AS_ASKED = "Cancelled as asked"
"""What the state of a run is called that ended because its batch or job was told to stop."""
TAKEN_OVER = "TakenOver"
"""What the state of a run is called that was ended because another one took its batch over."""
TAKEN_OVER_MESSAGE = "another run took the batch over"

_BATCH = Attribution("prefect", "the flow run was cancelled in Prefect")
_JOB = Attribution("prefect", "the flow run of the restaurant was cancelled in Prefect")


def cancelled_by_person(state: State[Any] | None) -> bool:
    """Whether it was cancelled, and neither by the pipeline nor by whoever took over."""
    if state is None or state.type not in (StateType.CANCELLED, StateType.CANCELLING):
        return False
    return state.name not in (AS_ASKED, TAKEN_OVER) and state.message != TAKEN_OVER_MESSAGE


async def cancelled_while_open(client: PrefectClient, run_id: UUID, state: State[Any] | None) -> bool:
    """Whether a person cancelled a run before it had ended; a state that was changed after that cancels nothing."""
    if not cancelled_by_person(state):
        return False
    return not any(before.is_completed() or before.is_failed() for before in await client.read_flow_run_states(run_id))


async def cancel_batch(context: Resources) -> None:
    """Stop the whole batch, as `registration cancel` does; nothing if it was stopped before."""

    async def work(connection: AsyncConnection) -> None:
        await request_stop(connection, context.organisation_id, context.batch.id, _BATCH)

    await write(context, work)


async def cancel_restaurants(context: Resources, runs: Iterable[FlowRun]) -> None:
    """Stop the jobs whose runs a person cancelled; those that have ended or were stopped before stay as they are."""
    await cancel_jobs(context, [UUID(run.parameters["job_id"]) for run in runs if cancelled_by_person(run.state)])


async def cancel_jobs(context: Resources, jobs: Collection[UUID]) -> None:
    """Stop these jobs, as `registration cancel` does; those that have ended or were stopped before stay as they are."""

    async def work(connection: AsyncConnection) -> None:
        for job_id in jobs:
            if await stop_job(connection, context.organisation_id, job_id):
                await record(connection, context.organisation_id, "job stop requested", _JOB, job_id=job_id)

    if jobs:
        await write(context, work)


async def note_heeded(client: PrefectClient, runs: Iterable[FlowRun]) -> None:
    """Each cancel counts once: a job that is opened again later is not cancelled again by an old run."""
    for run in runs:
        await client.set_flow_run_state(run.id, Cancelled(name=AS_ASKED), force=True)
