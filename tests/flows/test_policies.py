"""An organisation whose policy selects companies that are clearly best."""

import pytest

from registration.gates.policies import set_auto_select
from registration.workflow.transition_queries import Attribution
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.system import RunningSystem

pytestmark = pytest.mark.slow


async def test_only_an_unclear_restaurant_stops_at_the_company_gate(system: RunningSystem) -> None:
    """The policy decides the clear restaurant; both are registered.

    The other restaurant's name is a single word, which unrelated companies may have, so no company is preselected.
    """
    batch = await system.batch(2)
    await set_auto_select(system.database, batch.organisation_id, on=True, attribution=Attribution("Mere Walker"))
    clear, whole = batch.names
    unclear = whole.split()[0]
    await system.records.query(
        "update restaurants set name = %(word)s, address = '1 Nowhere Lane' where name = %(whole)s",
        word=unclear,
        whole=whole,
    )
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    form = await batch.gates.form(COMPANY, unclear)
    assert set(form.restaurants) == {unclear}
    assert form.preset(unclear) == "Decide later"
    assert len(form.choices(unclear)) > len(
        ("No match", "Search again…", "Enter by hand…", "Decide later", "Leave out")
    )
    await batch.gates.answer(form, {unclear: form.choices(unclear)[0]})
    await batch.gates.answer_each(CONFIG, {clear: None, unclear: None})
    assert (await run.ended()).message.endswith(": 2 completed")

    decisions = [one for one in await system.records.decisions(batch.batch_id) if one["gate"] == COMPANY]
    assert {one["restaurant"]: (one["source"], one["decided_by"]) for one in decisions} == {
        clear: ("policy", "auto_select_clear_matches"),
        unclear: ("prefect", "Mere Walker"),
    }
    [shown] = [one["shown"] for one in decisions if one["source"] == "policy"]
    assert shown["title"].startswith(clear)
    assert shown["preset"].startswith(clear.upper())
    steps = await system.records.steps(batch.batch_id, clear)
    assert (steps[3]["status"], steps[3]["arrived_at"], steps[4]["status"]) == ("completed", None, "completed")
