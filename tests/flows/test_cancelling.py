"""Cancel is honest: nothing starts after it, what is out is recorded as what it was, the states say what happened."""

from pathlib import Path

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.states import Cancelled

from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.harness import host
from tests.flows.leases import lease_has_ended, the_holder
from tests.flows.persons import Person
from tests.flows.stage import Opened, Stage
from tests.waiting import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_what_is_out_ends_and_nothing_else_starts(stage: Stage) -> None:
    """One restaurant's import is out, another waits at a gate: both are cancelled, the import is completed."""
    batch = await stage.batch(2)
    person = Person(stage, batch)
    working = batch.names[0]
    ids = await person.restaurant_ids()
    await stage.platform.break_with(ids[working], "import-menu-direct", "slow_answer", seconds=3, times=1)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, {working: None})
    await person.effect_becomes(working, "menuImport", "sent")

    said = await person.cancel()
    assert said.live
    assert [(one.restaurant, one.name) for one in said.in_flight if one.name == "menuImport"] == [
        (working, "menuImport")
    ]
    before = await stage.platform.done(batch.organisation_id)
    assert (await run.ended()).message.endswith(": 2 cancelled")

    effects = await stage.records.effects(batch.batch_id, working)
    assert effects["menuImport"]["status"] == "completed"
    assert {effects[name]["status"] for name in ("optionSets", "itemTags")} == {"cancelled"}
    after = await stage.platform.done(batch.organisation_id)
    out = {SUB_STEPS[SubStepName(one.name)].endpoint for one in said.in_flight}
    assert {endpoint for endpoint in after[working] if after[working][endpoint] > before[working][endpoint]} <= out
    [row] = await stage.records.query(
        "select status, stop_requested_at, cancelled_at from registration_batch_overview where id = %(batch)s",
        batch=batch.batch_id,
    )
    assert row["status"] == "cancelled"


async def test_a_run_that_was_cancelled_in_prefect_is_settled_and_not_restarted(
    stage: Stage, host_environment: dict[str, str], short_folder: Path
) -> None:
    """Its process is gone with a request out: the next run only looks what became of it."""
    batch = await stage.batch(2)
    person = Person(stage, batch)
    working = batch.names[0]
    ids = await person.restaurant_ids()
    await stage.platform.break_with(ids[working], "import-menu-direct", "slow_answer", seconds=30, times=1)
    environment = host_environment | {"REGISTRATION_LEASE_SECONDS": "60"}
    async with host(environment, short_folder / "host.log") as process:
        process.start(batch.organisation_id, batch_id=batch.batch_id)
        await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
        await batch.gates.answer_each(CONFIG, {working: None})
        await person.effect_becomes(working, "menuImport", "sent")
        await eventually(lambda: imported(stage, batch), "the platform has imported the menu")
        await process.kill()
    await cancelled_in_prefect(stage, batch)
    await lease_has_ended(stage, batch)

    run = await stage.host.run(batch.organisation_id, batch_id=batch.batch_id)
    assert run.message.endswith(": 2 cancelled")
    effects = await stage.records.effects(batch.batch_id, working)
    assert effects["menuImport"]["status"] == "completed"
    assert {effects[name]["status"] for name in ("optionSets", "itemTags")} == {"cancelled"}
    assert await imported(stage, batch) == 1
    assert await nothing_is_open(stage, batch)


async def imported(stage: Stage, batch: Opened) -> int:
    """How many menus the platform has imported for the batch."""
    done = await stage.platform.done(batch.organisation_id)
    return sum(counts["import-menu-direct"] for counts in done.values())


async def cancelled_in_prefect(stage: Stage, batch: Opened) -> None:
    """A person cancels the batch's flow run in the UI."""
    run_id = await the_holder(stage, batch)
    await stage.client.set_flow_run_state(run_id, Cancelled(), force=True)


async def nothing_is_open(stage: Stage, batch: Opened) -> bool:
    """Every run of the batch has ended at the server; the server itself ends subflows within seconds."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=[str(batch.batch_id)]))

    async def closed() -> bool:
        runs = await stage.client.read_flow_runs(flow_run_filter=tagged)
        return all(run.state is not None and run.state.is_final() for run in runs)

    return await eventually(closed, "all runs have ended")
