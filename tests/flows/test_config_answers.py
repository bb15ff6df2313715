"""All answers at the configuration gate, each by its own restaurant in one batch."""

import pytest
import pytest_asyncio

from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.flows.gates import COMPANY, CONFIG, Form
from tests.flows.system import OpenedBatch, RunningSystem

pytestmark = pytest.mark.slow

LEAVE_OUT = "Leave this restaurant out"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def answered(system: RunningSystem) -> tuple[OpenedBatch, list[Form]]:
    """A batch of three: one changed (with an invalid value at first), one extracted again and registered,
    one left out.
    """
    batch = await system.batch(3)
    changed, extracted, left_out = batch.names
    ids = {one: job["restaurant_id"] for one, job in (await system.records.jobs(batch.batch_id)).items()}
    await system.platform.break_with(ids[extracted], "extract-menu-premium", "extraction_fails", times=1)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    first = await batch.gates.form(CONFIG, *batch.names)
    await batch.gates.answer(first, {changed: "Change…", extracted: "Extract again", left_out: LEAVE_OUT})
    assert "for_all_restaurants" in first.fields

    details = await batch.gates.form(CONFIG, changed)
    await batch.gates.answer(
        details, {changed: details.preset(changed)}, {changed: details.section(changed, email="nobody")}
    )
    refused = await batch.gates.form(CONFIG, changed)
    mended = {"email": "New.Owner@owner.example", "theme": "Light", "steps": [SubStepName.CLOUDWAITRESS_ACCOUNT]}
    details = {changed: refused.section(changed, **mended)}
    await batch.gates.answer(refused, {changed: refused.preset(changed)}, details)
    again = await batch.gates.form(CONFIG, extracted)
    await batch.gates.answer(again, {extracted: again.preset(extracted)})
    assert (await run.ended()).message.endswith(": 2 completed, 1 skipped")
    return batch, [first, refused, again]


async def test_a_failed_extraction_is_shown_and_can_be_tried_again(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """The second extraction gives the menu, and the restaurant is registered with it."""
    batch, [first, _, again] = answered
    _, extracted, _ = batch.names
    assert first.choices(extracted)[:2] == ["Change…", "Extract again"]
    assert again.choices(extracted)[:2] == ["Go ahead as proposed", "Change…"]
    effects = await system.records.effects(batch.batch_id, extracted)
    assert effects["menuExtraction"]["generation"] == 2
    assert {effects[name]["status"] for name in SUB_STEPS} == {"completed"}


async def test_a_wrong_change_is_shown_again_as_it_was_typed(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """With the reason, so that a person retypes only the invalid field."""
    batch, [_, refused, _] = answered
    changed, *_ = batch.names
    assert "Your last answer was not taken:" in refused.evidence(changed)
    assert refused.section(changed)["email"] == "nobody"


async def test_a_changed_configuration_is_frozen_and_kept(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """Step 6 uses it, and the next batch will propose it."""
    batch, _ = answered
    changed, *_ = batch.names
    job = (await system.records.jobs(batch.batch_id))[changed]
    assert job["execution_config"]["account"]["email"] == "new.owner@owner.example"
    effects = await system.records.effects(batch.batch_id, changed)
    skipped = {effects[name]["skip_reason"] for name in SUB_STEPS if effects[name]["status"] == "skipped"}
    assert (effects["cloudwaitressAccount"]["status"], skipped) == ("completed", {"disabled in configuration"})
    assert (await system.platform.done(batch.organisation_id))[changed]["register-account"] == 1
    [saved] = await system.records.query(
        "select user_email, theme from restaurants where id = %(id)s", id=job["restaurant_id"]
    )
    assert saved == {"user_email": "new.owner@owner.example", "theme": "light"}


async def test_a_restaurant_left_out_is_skipped_to_the_end(
    system: RunningSystem, answered: tuple[OpenedBatch, list[Form]]
) -> None:
    """After that nothing is done for it on the platform."""
    batch, _ = answered
    left_out = batch.names[-1]
    assert (await system.records.statuses(batch.batch_id))[left_out] == "skipped"
    assert "register-account" not in (await system.platform.done(batch.organisation_id))[left_out]
