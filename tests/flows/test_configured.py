"""A restaurant with a ready configuration through the real system: no gate, no search, no extraction."""

import pytest
from pydantic import JsonValue

from registration.batches.models import NewBatch
from registration.operations.configured import open_configured
from registration.workflow.sub_steps import SUB_STEPS
from tests.flows.system import RunningSystem

pytestmark = pytest.mark.slow


async def test_it_is_registered_without_a_person(system: RunningSystem) -> None:
    """The platform is asked for the twelve sub-steps only."""
    organisation_id = await system.records.organisation()
    [(name, restaurant_id)] = (await system.restaurants(organisation_id, 1)).items()
    menu = "insert into menus (restaurant_id) values (%(restaurant)s) returning id"
    [row] = await system.records.query(menu, restaurant=restaurant_id)
    await system.records.query("insert into menu_items (menu_id, name) values (%(menu)s, 'Fries')", menu=row["id"])
    given: JsonValue = {
        "website": {"primary_color": "#112233", "secondary_color": "#445566"},
        "onboarding": {"user_name": "Mere Walker"},
        "steps_enabled": {"uploadImages": False, "optionSets": False, "itemTags": False},
    }
    new = NewBatch(restaurant_ids=(restaurant_id,), created_by="Mere")
    opened = await open_configured(system.database, organisation_id, new, given)
    ended = await system.host.start(organisation_id, batch_id=opened.batch_id).ended()
    assert (ended.type, ended.message.endswith("1 completed")) == ("COMPLETED", True), ended
    steps = await system.records.steps(opened.batch_id, name)
    assert [steps[number]["status"] for number in range(1, 7)] == ["skipped"] * 5 + ["completed"]
    done = (await system.platform.done(organisation_id))[name]
    endpoints = {row.endpoint for row in SUB_STEPS.values()} - {"upload-images", "add-option-sets", "add-item-tags"}
    assert {endpoint for endpoint, times in done.items() if times} == endpoints
