"""Retry, resolve, work by hand and cancel only write: a live run sees the change within about a second."""

from collections.abc import Awaitable

import pytest
import pytest_asyncio

from registration.operations.resolve import Resolution
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.operators import Operator
from tests.flows.system import RunningSystem

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(system: RunningSystem) -> Operator:
    """A batch of five, one waiting at the gate: two failed, one has an unknown effect; all are corrected, one of them
    by hand, and the waiting one is cancelled.

    A change that never arrives is an error of this fixture.
    """
    batch = await system.batch(5, failure_threshold=1)
    person = Operator(system, batch)
    failed, untold, halfway, by_hand, waits = batch.names
    ids = await person.restaurant_ids()
    await system.platform.break_with(ids[failed], "import-menu-direct", "refused", message="too many dishes", times=1)
    await system.platform.break_with(ids[by_hand], "import-menu-direct", "refused", message="too many dishes", times=1)
    await system.platform.break_with(ids[untold], "create-onboarding-user", "fails", acts=True, times=1)
    await system.platform.break_with(ids[halfway], "generate-code-injections", "refused", message="no code", times=1)
    await system.platform.break_with(ids[halfway], "upload-images", "slow_answer", hold="halfway", times=1)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys((failed, untold, halfway, by_hand)))

    # In the middle of step 6, beside a sub-step that takes longer.
    await person.effect_becomes(halfway, "websiteConfig", "skipped")
    await within(person.retry(halfway, "codeGeneration"), person.effect_becomes(halfway, "websiteConfig", "completed"))
    assert (await system.records.effects(batch.batch_id, halfway))["uploadImages"]["status"] == "in_progress"
    await system.platform.release("halfway")

    # After its end, while another restaurant keeps the batch open.
    await person.becomes(failed, "failed")
    await within(person.retry(failed), person.becomes(failed, "completed"))
    await person.becomes(by_hand, "failed")
    await within(person.finish(by_hand, SubStepName.MENU_IMPORT), person.becomes(by_hand, "completed"))
    await person.becomes(untold, "action_required")
    there = person.resolve(untold, "createOnboardingUser", Resolution.IT_IS_THERE)
    await within(there, person.becomes(untold, "completed"))
    await within(person.cancel(waits), person.becomes(waits, "cancelled"))
    assert (await run.ended()).message.endswith(": 4 completed, 1 cancelled")
    return person


async def within(telling: Awaitable[object], becoming: Awaitable[None]) -> None:
    """A live run sees the change and acts on it."""
    assert getattr(await telling, "live", True)
    await becoming


async def test_everything_was_done_once(told: Operator) -> None:
    """One effect of each kind whatever failed or was unknown meanwhile, and none for the cancelled restaurant."""
    *carried, waits = told.batch.names
    done = await told.system.platform.done(told.batch.organisation_id)
    endpoints = [row.endpoint for row in SUB_STEPS.values()]
    by_hand = carried[-1]
    for restaurant in carried:
        once = dict.fromkeys(endpoints, 1) | ({"import-menu-direct": 0} if restaurant == by_hand else {})
        assert {endpoint: done[restaurant].get(endpoint, 0) for endpoint in endpoints} == once
    assert not set(done.get(waits, {})) & {row.endpoint for row in SUB_STEPS.values()}


async def test_a_repeated_effect_has_a_new_key(told: Operator) -> None:
    """A retry raises the generation of the failed sub-step and of those skipped because of it, and of no other."""
    failed = told.batch.names[0]
    effects = await told.system.records.effects(told.batch.batch_id, failed)
    generations = {name: row["generation"] for name, row in effects.items() if row["generation"] > 1}
    assert generations == {"menuImport": 2, "optionSets": 2, "itemTags": 2}
    assert str(effects["menuImport"]["idempotency_key"]).endswith(":menuImport:2")


async def test_a_resolution_is_the_evidence(told: Operator) -> None:
    """The person and the reason; all events of it carry the name."""
    effects = await told.system.records.effects(told.batch.batch_id, told.batch.names[1])
    assert effects["createOnboardingUser"]["evidence"] == {"said_by": "Mere Walker", "why": "she looked"}
    events = await told.system.records.query(
        "select what from registration_events where batch_job_id = %(batch)s and actor = 'Mere Walker'",
        batch=told.batch.batch_id,
    )
    said = {event["what"] for event in events}
    assert {"step 6 reopened", "menuImport reopened", "createOnboardingUser", "job stop requested"} <= said


async def test_work_by_hand_opens_what_needs_it(told: Operator) -> None:
    """No request was sent for it; its dependants were requested, in a generation of their own."""
    effects = await told.system.records.effects(told.batch.batch_id, told.batch.names[3])
    menu = effects["menuImport"]
    assert (menu["known"], menu["generation"], menu["evidence"]) == (
        "by a person",
        1,
        {"said_by": "Mere Walker", "why": "she looked"},
    )
    assert {name: effects[name]["generation"] for name in ("optionSets", "itemTags")} == {
        "optionSets": 2,
        "itemTags": 2,
    }
