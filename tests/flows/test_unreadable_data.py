"""A restaurant whose stored data cannot be read, in the middle of a batch."""

import pytest
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


async def test_one_restaurants_bad_data_closes_the_gate_for_nobody(system: RunningSystem) -> None:
    """The form shows the reason and offers to leave the restaurant out; the other one is configured and registered."""
    batch = await system.batch(2)
    bad, good = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    form = await batch.gates.form(CONFIG, *batch.names)
    broken = "update restaurants set cuisine = array['Thai', null] where name = %(name)s"
    await system.records.query(broken, name=bad)
    await batch.gates.answer(form, {bad: "Change…", good: "Decide later"})

    again = await batch.gates.form(CONFIG, *batch.names)
    assert again.choices(bad) == ["Decide later", "Leave this restaurant out"]
    assert again.preset(bad) == "Decide later"
    assert "Its data cannot be read:** restaurant: cuisine.1" in again.evidence(bad)
    assert again.preset(good) == "Go ahead as proposed"

    async def logged() -> bool:
        lines = await system.client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[again.run.id])), limit=200)
        return any(f"{bad} · its data cannot be read: restaurant: cuisine.1" in line.message for line in lines)

    await eventually(logged, "the gate's log says what cannot be read")
    await batch.gates.answer(again, {bad: "Leave this restaurant out", good: again.preset(good)})
    _ = await run.ended()
    assert await system.records.statuses(batch.batch_id) == {bad: "skipped", good: "completed"}
