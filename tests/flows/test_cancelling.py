"""Cancel: no effect starts after it, effects in flight get their outcome, and the states report what happened."""

from pathlib import Path

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.states import Cancelled

from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import host
from tests.flows.leases import lease_has_ended, the_holder
from tests.flows.operators import Operator
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_effects_in_flight_end_and_no_effect_starts(system: RunningSystem) -> None:
    """One restaurant's import is in flight, another waits at a gate: both are cancelled, the import is completed."""
    batch = await system.batch(2)
    person = Operator(system, batch)
    working = batch.names[0]
    ids = await person.restaurant_ids()
    hold = str(batch.batch_id)
    await system.platform.break_with(ids[working], "import-menu-direct", "slow_answer", hold=hold, times=1)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, {working: None})
    await person.effect_becomes(working, "menuImport", "sent")

    said = await person.cancel()
    assert said.live
    assert [(one.restaurant, one.name) for one in said.in_flight if one.name == "menuImport"] == [
        (working, "menuImport")
    ]
    before = await system.platform.done(batch.organisation_id)
    await system.platform.release(hold)
    assert (await run.ended()).message.endswith(": 2 cancelled")

    effects = await system.records.effects(batch.batch_id, working)
    assert effects["menuImport"]["status"] == "completed"
    assert {effects[name]["status"] for name in ("optionSets", "itemTags")} == {"cancelled"}
    after = await system.platform.done(batch.organisation_id)
    out = {SUB_STEPS[SubStepName(one.name)].endpoint for one in said.in_flight}
    assert {endpoint for endpoint in after[working] if after[working][endpoint] > before[working][endpoint]} <= out
    [row] = await system.records.query(
        "select status, stop_requested_at, cancelled_at from registration_batch_overview where id = %(batch)s",
        batch=batch.batch_id,
    )
    assert row["status"] == "cancelled"


async def test_a_run_cancelled_in_prefect_is_reconciled_and_not_restarted(
    system: RunningSystem, host_environment: dict[str, str], short_folder: Path
) -> None:
    """Its process is gone with a request in flight: the next run only looks whether the request had its effect."""
    batch = await system.batch(2)
    person = Operator(system, batch)
    working = batch.names[0]
    ids = await person.restaurant_ids()
    await system.platform.break_with(ids[working], "import-menu-direct", "slow_answer", seconds=30, times=1)
    environment = host_environment | {"REGISTRATION_LEASE_SECONDS": "60"}
    async with host(environment, short_folder / "host.log") as process:
        process.start(batch.organisation_id, batch_id=batch.batch_id)
        await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
        await batch.gates.answer_each(CONFIG, {working: None})
        await person.effect_becomes(working, "menuImport", "sent")
        await eventually(lambda: imported(system, batch), "the platform has imported the menu")
        await process.kill()
    await cancelled_in_prefect(system, batch)
    await lease_has_ended(system, batch)

    run = await system.host.run(batch.organisation_id, batch_id=batch.batch_id)
    assert run.message.endswith(": 2 cancelled")
    effects = await system.records.effects(batch.batch_id, working)
    assert effects["menuImport"]["status"] == "completed"
    assert {effects[name]["status"] for name in ("optionSets", "itemTags")} == {"cancelled"}
    assert await imported(system, batch) == 1
    assert await nothing_is_open(system, batch)


async def imported(system: RunningSystem, batch: OpenedBatch) -> int:
    """How many menus the platform has imported for the batch."""
    done = await system.platform.done(batch.organisation_id)
    return sum(counts["import-menu-direct"] for counts in done.values())


async def cancelled_in_prefect(system: RunningSystem, batch: OpenedBatch) -> None:
    """A person cancels the batch's flow run in the UI."""
    run_id = await the_holder(system, batch)
    await system.client.set_flow_run_state(run_id, Cancelled(), force=True)


async def nothing_is_open(system: RunningSystem, batch: OpenedBatch) -> bool:
    """Every run of the batch has ended at the server; the server ends subflows itself within seconds."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))

    async def closed() -> bool:
        runs = await system.client.read_flow_runs(flow_run_filter=tagged)
        return all(run.state is not None and run.state.is_final() for run in runs)

    return await eventually(closed, "all runs have ended")
