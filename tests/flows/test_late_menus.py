"""A menu that arrives while the configuration is asked without one: the form is renewed, and the menu is imported."""

import pytest

from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.system import RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


async def test_an_open_form_is_renewed_by_a_menu(system: RunningSystem) -> None:
    """Nobody answers the first form, and nobody asks for another extraction."""
    batch = await system.batch(1)
    [kai] = batch.names
    job = (await system.records.jobs(batch.batch_id))[kai]
    nowhere = "update restaurants set ubereats_url = null, doordash_url = null where id = %(id)s"
    await system.records.query(nowhere, id=job["restaurant_id"])
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer_each(COMPANY, {kai: None})
    first = await batch.gates.form(CONFIG, kai)
    assert "Extract again" in first.choices(kai)
    await system.platform.deliver_menu(batch.organisation_id, job["restaurant_id"])

    async def renewed() -> Form | None:
        form = await batch.gates.form(CONFIG, kai)
        return form if form.restaurants[kai].endswith("_v2") else None

    form = await eventually(renewed, "the form is renewed")
    assert "Extract again" not in form.choices(kai)
    await batch.gates.answer(form)
    assert (await run.ended()).message.endswith(": 1 completed")
    assert (await system.platform.done(batch.organisation_id))[kai]["import-menu-direct"] == 1
