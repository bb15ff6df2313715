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

_INTERVAL_SECONDS = 5
_CANCELLED = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CANCELLED, StateType.CANCELLING]))


async def watch_runs(context: Resources, run_id: UUID) -> None:
    """Read the states of the batch's run and of its restaurants' runs every few seconds, until cancelled.

    While the Prefect server is away, the next round tries again.
    """
    known: set[UUID] = set()
    while True:
        await asyncio.sleep(_INTERVAL_SECONDS)
        try:
            async with get_client() as client:
                await _check_batch_run(context, client, run_id)
                await _check_restaurant_runs(context, client, context.working_runs())
                new = set(context.working_runs()) - known
                await _check_new_runs(context, client, new)
                known |= new
        except (httpx.HTTPError, OSError):
            continue


async def _check_batch_run(context: Resources, client: PrefectClient, run_id: UUID) -> None:
    """A cancel cancels the batch; any other state but Running ends the work of this process."""
    state = await state_of(client, run_id)
    if cancelled_by_person(state):
        context.own_run.cancelled = True
        if not context.watch.view.cancel_requested:
            await cancel_batch(context)
    elif state is None or not state.is_running():
        context.own_run.give_up(state)


async def _check_restaurant_runs(context: Resources, client: PrefectClient, working: Collection[UUID]) -> None:
    if not working:
        return
    cancelled_filter = FlowRunFilter(id=FlowRunFilterId(any_=list(working)), state=_CANCELLED)
    await cancel_restaurants(context, await client.read_flow_runs(flow_run_filter=cancelled_filter))


async def _check_new_runs(context: Resources, client: PrefectClient, new: Collection[UUID]) -> None:
    """Apply a cancel of a run that was Pending: Prefect starts the run nevertheless, and only its history shows the
    cancel.
    """
    cancelled = [run for run in new if any(map(cancelled_by_person, await client.read_flow_run_states(run)))]
    await cancel_jobs(context, [job for job, run in context.runs.items() if run in cancelled])
