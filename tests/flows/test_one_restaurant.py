"""One restaurant through all six steps, and what it leaves behind."""

import pytest
import pytest_asyncio

from registration.models.outputs import OUTPUTS
from registration.sub_steps import SUB_STEPS, ExtractionStart
from tests.flows.harness import Ended
from tests.flows.stage import Opened, Stage


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registered(stage: Stage) -> tuple[Opened, Ended]:
    """A batch of one that was run to its end."""
    batch = await stage.batch(1)
    return batch, await stage.carry_out(batch)


async def test_every_step_and_sub_step_is_completed(stage: Stage, registered: tuple[Opened, Ended]) -> None:
    """The run ends Completed, and so do all six steps and all fourteen effects."""
    batch, ended = registered
    assert (ended.type, ended.message.endswith("1 completed")) == ("COMPLETED", True), ended
    [name] = batch.names
    assert await stage.records.statuses(batch.batch_id) == {name: "completed"}
    steps = await stage.records.steps(batch.batch_id, name)
    assert {number: step["status"] for number, step in steps.items()} == dict.fromkeys(range(1, 7), "completed")
    effects = await stage.records.effects(batch.batch_id, name)
    assert {one: effect["status"] for one, effect in effects.items()} == dict.fromkeys(
        [*SUB_STEPS, *ExtractionStart], "completed"
    )


async def test_what_each_sub_step_leaves_is_stored(stage: Stage, registered: tuple[Opened, Ended]) -> None:
    """The outputs are of the sub-step's own kind, and there is evidence and a key of the request."""
    batch, _ = registered
    effects = await stage.records.effects(batch.batch_id, batch.names[0])
    for name, kind in OUTPUTS.items():
        assert kind.model_validate(effects[name]["outputs"]).failure() is None
        assert effects[name]["idempotency_key"].endswith(f":{name}:1")
    assert effects["menuImport"]["outputs"]["item_count"] > 0
    assert effects["restaurantRegistration"]["outputs"]["pumpd_restaurant_id"].startswith("RES")


async def test_the_platform_did_everything_once(stage: Stage, registered: tuple[Opened, Ended]) -> None:
    """What really happened on the other side is one of each of the twelve, and each carried our key."""
    batch, _ = registered
    done = (await stage.platform.done(batch.organisation_id))[batch.names[0]]
    once = {row.endpoint for row in SUB_STEPS.values()} | {"extract-menu-premium", "extract-branding"}
    assert {name: times for name, times in done.items() if name in once} == dict.fromkeys(once, 1)
    assert set(done.values()) == {1}
