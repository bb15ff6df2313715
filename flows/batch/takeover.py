"""Taking a batch over from a process that is gone: end its runs, and record the answers that it did not."""

from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

from flows.batch.cancelled_runs import TAKEN_OVER, cancel_batch, cancel_restaurants, cancelled_while_open, note_heeded
from flows.gate.recover_answers import end_run, harvest, state_of
from registration.workflow.steps import GateName
from tasks.batch_lifecycle import WAITING_FOR_PEOPLE
from tasks.context import Resources

_RESTAURANT = "register-restaurant"
_OPEN_STATES = [state for state in StateType if state not in TERMINAL_STATES]
_CANCELLED_STATES = [StateType.CANCELLED, StateType.CANCELLING]
_PAGE = 200


async def take_over(context: Resources, run_id: UUID) -> None:
    """End what the last holder left: gates first (no answer can come in any more), then restaurants, then the run.

    What a person cancelled in Prefect while nobody looked, the run of the batch or of a restaurant, is cancelled.
    """
    await harvest(context)
    previous = context.lease.previous_run_id
    async with get_client() as client:
        if previous is not None and previous != run_id:
            await _heed_cancels(context, client, previous)
        await _end_below(client, context.batch.id)
        if previous is not None and previous != run_id:
            await _end_previous(client, previous)


async def runs_below(
    client: PrefectClient, batch_id: UUID, states: list[StateType], flows: tuple[str, ...] = (_RESTAURANT,)
) -> list[FlowRun]:
    """Runs of a batch's restaurants, or of its gates, in these states; also those whose parent's run was deleted."""
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(flows))),
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[str(batch_id)]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=_PAGE,
    )


async def _heed_cancels(context: Resources, client: PrefectClient, previous: UUID) -> None:
    found = await runs_below(client, context.batch.id, _CANCELLED_STATES)
    cancelled = [run for run in found if await cancelled_while_open(client, run.id, run.state)]
    if await cancelled_while_open(client, previous, await state_of(client, previous)):
        await cancel_batch(context)
    else:
        await cancel_restaurants(context, cancelled)
    await note_heeded(client, cancelled)


async def _end_below(client: PrefectClient, batch_id: UUID) -> None:
    """Old subflows: the server would cancel them late, and not at all after a crash.

    Among them are forms that Prefect still shows: a restored database need not know of all.
    """
    flows = (_RESTAURANT, *(gate.value for gate in GateName))
    while found := await runs_below(client, batch_id, _OPEN_STATES, flows):
        for run in found:
            await end_run(client, run.id, TAKEN_OVER)


async def _end_previous(client: PrefectClient, run_id: UUID) -> None:
    state = await state_of(client, run_id)
    if state is not None and state.name != WAITING_FOR_PEOPLE:
        await end_run(client, run_id, TAKEN_OVER)
