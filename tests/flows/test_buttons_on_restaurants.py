"""The effect of the Prefect UI's buttons on the run of a restaurant: only Cancel changes the outcome of its job."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.schemas.objects import StateType
from prefect.states import (
    Cancelled,
    Cancelling,
    Completed,
    Crashed,
    Failed,
    Paused,
    Pending,
    Running,
    Scheduled,
    Suspended,
)

from tests.flows.done_once import everything_was_done_once
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import host
from tests.flows.leases import lease_has_ended, the_holder
from tests.flows.operators import Operator
from tests.flows.pressing import Moment, Stories, brought_to, deleted, forced, let_go, runs_of, side_by_side
from tests.flows.system import RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pressed(system: RunningSystem) -> AsyncGenerator[Stories]:
    """What happens to the batch of each test."""
    async with side_by_side({moment.name: _cancels_its_job(system, moment) for moment in Moment}) as tasks:
        yield tasks


@pytest.mark.parametrize("moment", [moment.name for moment in Moment])
async def test_cancel_on_the_run_of_a_restaurant_cancels_its_job(pressed: Stories, moment: str) -> None:
    """The other restaurant of the batch is registered."""
    await pressed[moment]


async def _cancels_its_job(system: RunningSystem, moment: Moment) -> None:
    batch, run = await brought_to(system, moment, how_many=2, held=True)
    gone, stays = batch.names
    [of_gone] = await eventually(lambda: runs_of(system, batch, gone), "it has a run")
    await forced(Cancelling if moment is Moment.COMPANY_GATE else Cancelled)(system, of_gone.id)
    if moment is Moment.STEP_6:
        await let_go(system, batch, gone)
    await Operator(system, batch).becomes(gone, "cancelled")
    for gate in {Moment.CONFIG_GATE: (CONFIG,), Moment.STEP_6: ()}.get(moment, (COMPANY, CONFIG)):
        await batch.gates.answer_each(gate, {stays: None})
    assert (await run.ended()).message.endswith(": 1 cancelled, 1 completed")
    assert (await system.client.read_flow_run(of_gone.id)).state_type is StateType.CANCELLED


async def test_other_states_of_the_run_of_a_restaurant_change_nothing(system: RunningSystem) -> None:
    """Each restaurant is registered; its run, or the run that replaces a deleted one, ends with that state."""
    presses = (
        *map(forced, (Completed, Failed, Crashed, Paused, Suspended, Scheduled, Pending, Running)),
        deleted,
    )
    batch, run = await brought_to(system, Moment.COMPANY_GATE, how_many=len(presses))
    for press, restaurant in zip(presses, batch.names, strict=True):
        [of_it] = await runs_of(system, batch, restaurant)
        await press(system, of_it.id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(f": {len(presses)} completed")
    await everything_was_done_once(system, batch)


async def test_a_change_after_the_end_has_no_effect(system: RunningSystem) -> None:
    """A retried restaurant is not cancelled by what a person did to the runs after the batch had ended."""
    batch = await system.batch(1)
    await system.carry_out(batch)
    [only] = batch.names
    [of_it] = await runs_of(system, batch, only)
    for run_id in (UUID(await the_holder(system, batch)), of_it.id):
        await forced(Cancelled)(system, run_id)
    await Operator(system, batch).retry(only, "itemTags", redo=("itemTags",))
    assert (await system.host.run(batch.organisation_id, batch_id=batch.batch_id)).message.endswith(": 1 completed")


async def test_cancel_on_the_run_of_a_restaurant_whose_process_is_gone_counts_once(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """The run that takes over cancels the job; if the job is reopened later, the old run does not cancel it again."""
    batch = await system.batch(2)
    gone, stays = batch.names
    environment = host_environment | {"REGISTRATION_LEASE_SECONDS": "100"}
    async with host(environment, short_folder / "host.log") as process:
        process.start(batch.organisation_id, batch_id=batch.batch_id)
        await batch.gates.form(COMPANY, *batch.names)
        await process.kill()
    [of_gone] = await runs_of(system, batch, gone)
    await forced(Cancelled)(system, of_gone.id)
    await lease_has_ended(system, batch)

    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await Operator(system, batch).becomes(gone, "cancelled")
    for gate in (COMPANY, CONFIG):
        await batch.gates.answer_each(gate, {stays: None})
    assert (await run.ended()).message.endswith(": 1 cancelled, 1 completed")

    await Operator(system, batch).retry(gone)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    for gate in (COMPANY, CONFIG):
        await batch.gates.answer_each(gate, {gone: None})
    assert (await run.ended()).message.endswith(": 2 completed")
