"""Tags of the platform that contradict the menu: the restaurant waits for a person, and then goes on in its run."""

import pytest

from registration.gates.item_tags import TagsDecision, decide_tags
from registration.workflow.transition_queries import Attribution
from tests.flows.gates import COMPANY, CONFIG, TAGS, Form
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow

_LEAVE_OUT, _SET = "Leave the tags out", "Set the tags all the same"


async def _asked(system: RunningSystem, batch: OpenedBatch) -> dict[str, Form]:
    """Bring all restaurants to the question; the form with both, by restaurant."""
    await batch.gates.answer_each(COMPANY, dict.fromkeys(batch.names))
    form = await batch.gates.form(CONFIG, *batch.names)
    for job in (await system.records.jobs(batch.batch_id)).values():
        await system.records.query(
            "insert into menu_items (menu_id, name, tags) select id, 'Brownie', array['Contains Nuts'] from menus"
            " where restaurant_id = %(restaurant)s",
            restaurant=job["restaurant_id"],
        )
    await batch.gates.answer(form)
    for name in batch.names:
        await eventually(lambda name=name: _others_ended(system, batch, name), f"itemTags of {name} waits")
    return dict.fromkeys(batch.names, await batch.gates.form(TAGS, *batch.names))


async def _others_ended(system: RunningSystem, batch: OpenedBatch, restaurant: str) -> bool:
    effects = await system.records.effects(batch.batch_id, restaurant)
    others = {one["status"] for name, one in effects.items() if name != "itemTags"}
    return effects["itemTags"]["needs_person"] and others <= {"completed", "skipped"}


async def test_a_form_asks_about_tags_that_contradict_the_menu(system: RunningSystem) -> None:
    """Everything else is done by then; each restaurant is answered on its own, and an answer without its reason is
    asked for again.
    """
    batch = await system.batch(2)
    kai, moa = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = (await _asked(system, batch))[kai]
    assert "“Brownie” would be tagged Nut Free, but the menu says “contains nuts”" in form.evidence(kai)
    await batch.gates.answer(form, {kai: _LEAVE_OUT, moa: _SET})

    async def asked_again() -> Form | None:
        again = await batch.gates.form(TAGS, moa)
        return again if "Your last answer was not taken" in again.evidence(moa) else None

    again = await eventually(asked_again, "the reason is asked for")
    await batch.gates.answer(again, {moa: _SET}, {moa: again.section(moa, why="the owner says nut free")})
    assert (await run.ended()).message.endswith(": 2 completed")
    done = await system.platform.done(batch.organisation_id)
    assert [done[name]["add-item-tags"] for name in (kai, moa)] == [0, 1]
    reasons = {name: (await system.records.effects(batch.batch_id, name))["itemTags"]["skip_reason"] for name in done}
    assert "left out by Mere Walker" in str(reasons[kai])


async def test_an_answer_of_another_channel_closes_the_form(system: RunningSystem) -> None:
    """The first answer wins; the run of the form ends by itself."""
    batch = await system.batch(1)
    [kai] = batch.names
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = (await _asked(system, batch))[kai]
    assert (await system.platform.done(batch.organisation_id))[kai]["add-item-tags"] == 0
    job_id = (await system.records.jobs(batch.batch_id))[kai]["id"]
    person = Attribution("Mere", "the owner says so")
    await decide_tags(system.database, batch.organisation_id, job_id, TagsDecision.SET, person)
    assert (await run.ended()).message.endswith(": 1 completed")
    assert (await system.platform.done(batch.organisation_id))[kai]["add-item-tags"] == 1
    assert not await batch.gates.open_runs(TAGS)
    assert await batch.gates.submit(form, form.filled({kai: _LEAVE_OUT})) is not None
    rounds = await system.records.rounds(batch.batch_id)
    assert [one["closed_because"] for one in rounds if one["gate"] == TAGS] == ["nobody waited any more"]
