"""What the buttons of the Prefect UI do to the run of a batch: nothing is lost, nothing stands still."""

from collections.abc import AsyncGenerator, Callable
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import (
    Cancelled,
    Cancelling,
    Completed,
    Crashed,
    Failed,
    Paused,
    Pending,
    Scheduled,
    Suspended,
)

from tests.flows.gates import COMPANY
from tests.flows.leases import is_held, the_holder
from tests.flows.pressing import (
    Moment,
    Press,
    Stories,
    brought_to,
    carried_to_its_end,
    deleted,
    forced,
    let_go,
    runs_below,
    side_by_side,
)
from tests.flows.recovering import recovered
from tests.flows.system import RunningSystem

pytestmark = [pytest.mark.faults, pytest.mark.slow]

GIVEN_BACK: dict[str, tuple[Moment, Press]] = {
    "suspended before the gates": (Moment.BEFORE_THE_GATES, forced(Suspended)),
    "paused at the first gate": (Moment.COMPANY_GATE, forced(Paused)),
    "deleted at the second gate": (Moment.CONFIG_GATE, deleted),
    "crashed in step 6": (Moment.STEP_6, forced(Crashed)),
    "suspended in step 6": (Moment.STEP_6, forced(Suspended)),
    "deleted in step 6": (Moment.STEP_6, deleted),
    "completed at the first gate": (Moment.COMPANY_GATE, forced(Completed)),
    "failed at the first gate": (Moment.COMPANY_GATE, forced(Failed)),
    "scheduled at the second gate": (Moment.CONFIG_GATE, forced(Scheduled)),
    "pending at the second gate": (Moment.CONFIG_GATE, forced(Pending)),
}
CANCELLED: dict[str, tuple[Moment, Callable[[], State[Any]]]] = {
    "cancelled before the gates": (Moment.BEFORE_THE_GATES, Cancelled),
    "cancelling at the first gate": (Moment.COMPANY_GATE, Cancelling),
    "cancelled at the second gate": (Moment.CONFIG_GATE, Cancelled),
    "cancelled in step 6": (Moment.STEP_6, Cancelled),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pressed(system: RunningSystem) -> AsyncGenerator[Stories]:
    """What happens to the batch of each test."""
    async with side_by_side(
        {
            **{name: _is_given_back(system, *cell) for name, cell in GIVEN_BACK.items()},
            **{name: _is_cancelled(system, *cell) for name, cell in CANCELLED.items()},
        }
    ) as tasks:
        yield tasks


@pytest.mark.parametrize("name", GIVEN_BACK)
async def test_a_batch_whose_run_must_end_is_handed_over(pressed: Stories, name: str) -> None:
    """Its process ends once no request is in flight, its gates stay open, and the next run continues the batch."""
    await pressed[name]


async def _is_given_back(system: RunningSystem, moment: Moment, press: Press) -> None:
    batch, run = await brought_to(system, moment)
    held = await system.client.read_flow_run(UUID(await the_holder(system, batch)))
    await press(system, held.id)
    await run.ended()
    assert not await is_held(system, batch)
    gates = {Moment.COMPANY_GATE: 1, Moment.CONFIG_GATE: 1}.get(moment)
    assert gates in (None, len(await batch.gates.open_runs()))
    states = {one.state.type for one in await runs_below(system, batch) if one.state}
    assert states <= {StateType.COMPLETED}, "nothing looks as if somebody carried it out"
    await carried_to_its_end(system, batch, moment)


async def test_a_suspended_batch_rests_until_it_is_resumed(system: RunningSystem, deployment: UUID) -> None:
    """Its gates accept answers meanwhile; after Resume, recovery continues the batch."""
    batch, run = await brought_to(system, Moment.COMPANY_GATE)
    held = UUID(await the_holder(system, batch))
    await forced(lambda: Paused(name="Suspended"))(system, held)
    assert (await run.ended()).name == "Suspended"
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    assert await recovered(system, batch, deployment) == []

    assert (await system.client.resume_flow_run(held)).status is SetStateStatus.ACCEPT
    [again] = await recovered(system, batch, deployment)
    await carried_to_its_end(system, batch, Moment.CONFIG_GATE)
    assert (await system.client.read_flow_run(held)).state_name == "TakenOver"
    await system.client.delete_flow_run(again.id)


@pytest.mark.parametrize("name", CANCELLED)
async def test_cancel_on_a_batch_cancels_it_while_its_process_lives(pressed: Stories, name: str) -> None:
    """The outcome of a request in flight is recorded, and no further request is sent."""
    await pressed[name]


async def _is_cancelled(system: RunningSystem, moment: Moment, state: Callable[[], State[Any]]) -> None:
    batch, run = await brought_to(system, moment, held=True)
    held = UUID(await the_holder(system, batch))
    await forced(state)(system, held)
    if moment is Moment.STEP_6:
        await let_go(system, batch)
    ended = await run.ended()
    assert ended.type == "CANCELLED"
    assert (await system.records.statuses(batch.batch_id)) == dict.fromkeys(batch.names, "cancelled")
    [only] = batch.names
    effects = await system.records.effects(batch.batch_id, only)
    out = "completed" if moment is Moment.STEP_6 else "cancelled"
    assert effects["menuImport"]["status"] == out
    assert effects["itemTags"]["status"] == "cancelled"
    assert (await system.client.read_flow_run(held)).state_type is StateType.CANCELLED
