"""Taking a batch over from a process that is gone: end its runs, and record the answers that it did not."""

from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.pausing import stored_answer
from registration.answers import read_answers
from registration.store.batches import request_stop
from registration.store.gates import OpenRound, close_round, unclosed_rounds
from registration.store.moves import Because
from tasks.answers import record_answers
from tasks.resources import Resources
from tasks.steps import read, write

TAKEN_OVER = "TakenOver"
_OPEN_STATES = [state for state in StateType if state not in TERMINAL_STATES]


async def take_over(shared: Resources, run_id: UUID) -> None:
    """End what the last holder left: gates first (no answer can come in any more), then restaurants, then the run.

    A last holder that a person cancelled in Prefect is a cancel of the batch.
    """
    rounds = await read(shared, lambda connection: unclosed_rounds(connection, shared.organisation_id, shared.batch.id))
    previous = shared.lease.previous_run_id if shared.lease.previous_run_id != run_id else None
    async with get_client() as client:
        for round_ in rounds:
            await _cancel(client, round_.flow_run_id)
        for round_ in rounds:
            await _record(shared, client, round_)
        if previous is not None:
            await _end_previous(shared, client, previous)


async def _record(shared: Resources, client: PrefectClient, round_: OpenRound) -> None:
    raw = await stored_answer(client, round_.flow_run_id, round_.key)
    if raw is not None:
        await record_answers(shared, read_answers(round_.shown, raw, round_.id))
    because = "answered, recorded by the next run" if raw is not None else "its process was gone"
    await write(shared, lambda connection: close_round(connection, shared.organisation_id, round_.id, because))


async def _end_previous(shared: Resources, client: PrefectClient, run_id: UUID) -> None:
    state = await _state(client, run_id)
    if state is None:
        return
    if state.type in (StateType.CANCELLED, StateType.CANCELLING) and state.name != TAKEN_OVER:
        because = Because("prefect", "the flow run was cancelled in Prefect")
        await write(
            shared,
            lambda connection: request_stop(connection, shared.organisation_id, shared.batch.id, because),
        )
        return
    await _cancel_children(client, run_id)
    await _cancel(client, run_id, TAKEN_OVER)


async def _cancel_children(client: PrefectClient, run_id: UUID) -> None:
    """Old subflows, by id: the server would cancel them late, and not at all after a crash."""
    runs = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_OPEN_STATES)),
    )
    while found := await client.read_flow_runs(flow_run_filter=runs, limit=200):
        for child in found:
            await _cancel(client, child.id)


async def _cancel(client: PrefectClient, run_id: UUID, name: str | None = None) -> None:
    state = await _state(client, run_id)
    if state is not None and not state.is_final():
        message = "another run took the batch over"
        await client.set_flow_run_state(run_id, Cancelled(name=name, message=message), force=True)


async def _state(client: PrefectClient, run_id: UUID) -> State | None:
    try:
        return (await client.read_flow_run(run_id)).state
    except ObjectNotFound:
        return None
