"""What people do in Prefect to the runs of a batch while its process lives."""

import asyncio
from collections.abc import Collection
from uuid import UUID

import httpx
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType

from flows.batch.cancelled_runs import cancel_batch, cancel_jobs, cancel_restaurants, cancelled_by_person
from flows.gate.recover_answers import state_of
from tasks.context import Resources

_LOOK_SECONDS = 5
_CANCELLED = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CANCELLED, StateType.CANCELLING]))


async def watch_runs(context: Resources, run_id: UUID) -> None:
    """Look every few seconds, until cancelled, how the batch's run and its restaurants' runs stand at the server.

    A server that is away is asked again.
    """
    known: set[UUID] = set()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            async with get_client() as client:
                await _look_at_own(context, client, run_id)
                await _look_at_restaurants(context, client, context.working_runs())
                new = set(context.working_runs()) - known
                await _look_at_beginnings(context, client, new)
                known |= new
        except (httpx.HTTPError, OSError):
            continue


async def _look_at_own(context: Resources, client: PrefectClient, run_id: UUID) -> None:
    """A cancel stops the batch; any other state but Running says that this process is not to work on."""
    state = await state_of(client, run_id)
    if cancelled_by_person(state):
        context.own_run.cancelled = True
        if not context.watch.view.stop_requested:
            await cancel_batch(context)
    elif state is None or not state.is_running():
        context.own_run.give_up(state)


async def _look_at_restaurants(context: Resources, client: PrefectClient, working: Collection[UUID]) -> None:
    if not working:
        return
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(working)), state=_CANCELLED)
    await cancel_restaurants(context, await client.read_flow_runs(flow_run_filter=wanted))


async def _look_at_beginnings(context: Resources, client: PrefectClient, new: Collection[UUID]) -> None:
    """Heed a cancel of a run that was Pending: Prefect lets it begin nevertheless, and only its history shows it."""
    cancelled = [run for run in new if any(map(cancelled_by_person, await client.read_flow_run_states(run)))]
    await cancel_jobs(context, [job for job, run in context.runs.items() if run in cancelled])
