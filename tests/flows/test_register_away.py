"""The register is away for longer than it is waited for, and comes back with a changed page for one restaurant."""

import pytest

from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow

_SEARCH = "Search with the details below"


async def test_people_decide_after_the_patience_and_all_are_registered(system: RunningSystem) -> None:
    """One is entered by hand, one is searched again, and one goes on without a match because its page has changed."""
    batch = await system.batch(3)
    by_hand, again, changed = batch.names
    await system.platform.take_register_away()
    try:
        run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
        await eventually(lambda: _all_wait(system, batch), "all three wait for the register")
        form = await batch.gates.form(COMPANY, *batch.names)
        for name in batch.names:
            assert form.evidence(name).startswith("**The register did not answer:** no answer within ")
            assert form.preset(name) == "Decide later"
        await batch.gates.answer(form, {by_hand: "Enter by hand…"})
        form = await batch.gates.form(COMPANY, *batch.names)
    finally:
        await system.platform.bring_register_back()
    for searched_for in (changed, await _street(system, batch, changed)):
        await system.platform.break_with(searched_for, "register-search", "changed_layout")
    details = {
        by_hand: form.section(by_hand, contact_name="Hemi Tane"),
        again: form.section(again, street=""),
        changed: form.section(changed),
    }
    await batch.gates.answer(form, {by_hand: "Use the details below", again: _SEARCH, changed: _SEARCH}, details)
    form = await batch.gates.form(COMPANY, again, changed)
    assert form.evidence(changed).startswith("**A page of the register could not be read:** ")
    assert form.evidence(again).startswith(f"Searched by name only: **{again}**")
    await batch.gates.answer(form, {again: form.preset(again), changed: "No match"})
    await batch.gates.answer_each(CONFIG, dict.fromkeys(batch.names))
    assert (await run.ended()).message.endswith(": 3 completed")
    await _check_step_2(system, batch)


async def _check_step_2(system: RunningSystem, batch: OpenedBatch) -> None:
    """The failed searches keep their errors and kinds; the search that was repeated does not."""
    steps = [(await system.records.steps(batch.batch_id, name))[2] for name in batch.names]
    assert [step["status"] for step in steps] == ["failed", "completed", "failed"]
    assert [step["result_data"].get("failure") for step in steps] == ["no_answer", None, "not_readable"]
    assert steps[0]["error_message"].startswith("no answer within ")
    assert steps[0]["unanswered_since"] is None


async def _all_wait(system: RunningSystem, batch: OpenedBatch) -> bool:
    steps = [(await system.records.steps(batch.batch_id, name))[2] for name in batch.names]
    return all(step["status"] == "retrying" and step["unanswered_since"] is not None for step in steps)


async def _street(system: RunningSystem, batch: OpenedBatch, name: str) -> str:
    restaurant = (await system.records.jobs(batch.batch_id))[name]["restaurant_id"]
    [row] = await system.records.query("select address from restaurants where id = %(id)s", id=restaurant)
    return row["address"].split(",")[0]
