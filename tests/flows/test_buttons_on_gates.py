"""The effect of the Prefect UI's buttons on the run of a gate: the gate asks again."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from prefect.states import (
    Cancelled,
    Completed,
    Crashed,
    Failed,
    Pending,
    Running,
    Scheduled,
    Suspended,
)

from tests.flows.gates import COMPANY, Form
from tests.flows.pressing import Moment, Press, Stories, brought_to, deleted, forced, side_by_side
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ASKS_AGAIN: dict[str, Press] = {
    **{f"a gate {state.__name__.lower()}": forced(state) for state in (Cancelled, Completed, Failed, Crashed)},
    **{f"a gate {state.__name__.lower()}": forced(state) for state in (Scheduled, Pending, Running, Suspended)},
    "a gate deleted": deleted,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pressed(system: RunningSystem) -> AsyncGenerator[Stories]:
    """What happens to the batch of each test."""
    async with side_by_side({name: _asks_again(system, press) for name, press in ASKS_AGAIN.items()}) as tasks:
        yield tasks


@pytest.mark.parametrize("name", ASKS_AGAIN)
async def test_a_gate_whose_run_is_changed_asks_again(pressed: Stories, name: str) -> None:
    """In another form, for the same restaurant; the answer in that form counts."""
    await pressed[name]


async def _asks_again(system: RunningSystem, press: Press) -> None:
    batch, run = await brought_to(system, Moment.COMPANY_GATE)
    form = await batch.gates.form(COMPANY)
    await press(system, form.run.id)
    again = await eventually(lambda: another_form(batch, form), "the gate asks again")
    assert again.restaurants == form.restaurants
    await batch.gates.answer(again, dict.fromkeys(batch.names, "Leave this restaurant out"))
    assert (await run.ended()).type == "COMPLETED"


async def another_form(batch: OpenedBatch, before: Form) -> Form | None:
    """The open form, if it differs from the earlier one."""
    form = await batch.gates.form(COMPANY)
    return form if form.run.state_id != before.run.state_id else None
