"""Taking a batch over from a process that is gone: end its runs, and record the answers that it did not."""

import asyncio
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, StateType

from flows.harvesting import end_run, harvest, state_of
from registration.store.batches import request_stop
from registration.store.moves import Because
from tasks.leaving import WAITING_FOR_PEOPLE
from tasks.resources import Resources
from tasks.steps import write

TAKEN_OVER = "TakenOver"
_OPEN_STATES = [state for state in StateType if state not in TERMINAL_STATES]


async def take_over(shared: Resources, run_id: UUID) -> None:
    """End what the last holder left: gates first (no answer can come in any more), then restaurants, then the run.

    A last holder that a person cancelled in Prefect is a cancel of the batch.
    """
    await harvest(shared)
    previous = shared.lease.previous_run_id
    async with get_client() as client:
        ending = [_end_paused(client, shared.batch.id)]
        if previous is not None and previous != run_id:
            ending.append(_end_previous(shared, client, previous))
        await asyncio.gather(*ending)


async def _end_paused(client: PrefectClient, batch_id: UUID) -> None:
    """Forms that Prefect still shows: a restored database need not know of all, and would not read their answers."""
    runs = FlowRunFilter(
        tags=FlowRunFilterTags(all_=[str(batch_id)]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
    )
    for gate in await client.read_flow_runs(flow_run_filter=runs):
        await end_run(client, gate.id)


async def _end_previous(shared: Resources, client: PrefectClient, run_id: UUID) -> None:
    state = await state_of(client, run_id)
    if state is None or state.name == WAITING_FOR_PEOPLE:
        # It left after all that it had started.
        return
    if state.type in (StateType.CANCELLED, StateType.CANCELLING) and state.name != TAKEN_OVER:
        because = Because("prefect", "the flow run was cancelled in Prefect")
        await write(
            shared,
            lambda connection: request_stop(connection, shared.organisation_id, shared.batch.id, because),
        )
        return
    await _end_children(client, run_id)
    await end_run(client, run_id, TAKEN_OVER)


async def _end_children(client: PrefectClient, run_id: UUID) -> None:
    """Old subflows, by id: the server would cancel them late, and not at all after a crash."""
    runs = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_OPEN_STATES)),
    )
    while found := await client.read_flow_runs(flow_run_filter=runs, limit=200):
        for child in found:
            await end_run(client, child.id)
