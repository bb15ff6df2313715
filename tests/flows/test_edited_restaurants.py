"""A restaurant that is edited while its forms are open: the questions that depend on it are asked anew."""

import pytest

from registration.operations.edit_restaurant import EditedRestaurant, edit_restaurant, read_edit
from registration.workflow.transition_queries import Attribution
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.system import RunningSystem
from tests.waiting import eventually

pytestmark = pytest.mark.slow


async def test_open_forms_are_renewed_by_an_edit(system: RunningSystem) -> None:
    """The register is searched again for another address, and the configuration proposes another city."""
    batch = await system.batch(1)
    [kai] = batch.names
    restaurant_id = (await system.records.jobs(batch.batch_id))[kai]["restaurant_id"]

    async def edit(**fields: object) -> EditedRestaurant:
        key = (system.database, batch.organisation_id, restaurant_id, read_edit(fields), Attribution("Mere"))
        return await edit_restaurant(*key)

    async def renewed(gate: str) -> Form:
        async def second() -> Form | None:
            form = await batch.gates.form(gate, kai)
            return form if form.restaurants[kai].endswith("_v2") else None

        return await eventually(second, "the form is renewed")

    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.form(COMPANY, kai)
    assert (await edit(address="1 Queen Street, Auckland 1010")).live
    await batch.gates.answer(await renewed(COMPANY))
    await batch.gates.form(CONFIG, kai)
    assert (await edit(city="Waitomo")).asked_anew == CONFIG
    await batch.gates.answer(await renewed(CONFIG))
    assert (await run.ended()).message.endswith(": 1 completed")
    [row] = await system.records.query("select city from restaurants where id = %(id)s", id=restaurant_id)
    assert row["city"] == "Waitomo"
    searches = "select 1 from companies_office_search_candidates where restaurant_id = %(id)s"
    assert len(await system.records.query(searches, id=restaurant_id)) == 2
