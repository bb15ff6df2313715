"""Taking a batch over from a process that is gone: end its runs, and record the answers that it did not record."""

from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import TERMINAL_STATES, StateType

from flows.batch.cancelled_runs import TAKEN_OVER, cancel_batch, cancel_restaurants, cancelled_while_open, mark_handled
from flows.gate.recover_answers import end_run, recover_answers, state_of
from registration.workflow.steps import GateName
from tasks.batch_lifecycle import WAITING_FOR_PEOPLE
from tasks.batch_runs import RESTAURANT_FLOW, subflow_runs
from tasks.context import Resources

_OPEN_STATES = [state for state in StateType if state not in TERMINAL_STATES]
_CANCELLED_STATES = [StateType.CANCELLED, StateType.CANCELLING]


async def take_over(context: Resources, run_id: UUID) -> None:
    """End the runs of the previous holder: gates first, so that no further answer can arrive, then restaurants, then
    the run.

    A person's cancel in Prefect of the batch's run or a restaurant's run, made while no process watched, is applied.
    """
    await recover_answers(context)
    previous = context.lease.previous_run_id
    async with get_client() as client:
        if previous is not None and previous != run_id:
            await _apply_cancels(context, client, previous)
        await _end_subflows(client, context.batch.id)
        if previous is not None and previous != run_id:
            await _end_previous(client, previous)


async def _apply_cancels(context: Resources, client: PrefectClient, previous: UUID) -> None:
    cancelling = await subflow_runs(client, context.batch.id, _CANCELLED_STATES)
    cancelled = [run for run in cancelling if await cancelled_while_open(client, run.id, run.state)]
    if await cancelled_while_open(client, previous, await state_of(client, previous)):
        await cancel_batch(context)
    else:
        await cancel_restaurants(context, cancelled)
    await mark_handled(client, cancelled)


async def _end_subflows(client: PrefectClient, batch_id: UUID) -> None:
    """End the old subflows: the server would cancel them late, and after a crash not at all.

    They include gates' runs whose forms Prefect still shows, although a restored database may not know them.
    """
    flows = (RESTAURANT_FLOW, *(gate.value for gate in GateName))
    while runs := await subflow_runs(client, batch_id, _OPEN_STATES, flows):
        for run in runs:
            await end_run(client, run.id, TAKEN_OVER)


async def _end_previous(client: PrefectClient, run_id: UUID) -> None:
    state = await state_of(client, run_id)
    if state is not None and state.name != WAITING_FOR_PEOPLE:
        await end_run(client, run_id, TAKEN_OVER)
