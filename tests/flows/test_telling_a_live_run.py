"""Retry, resolve and cancel only write: the run that works on the batch takes it up within about a second."""

from collections.abc import Awaitable

import pytest
import pytest_asyncio

from registration.operations.resolve import Resolution
from registration.workflow.sub_steps import SUB_STEPS
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.persons import Person
from tests.flows.stage import Stage

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(stage: Stage) -> Person:
    """A batch of four while one waits at the gate: one failed, of one nobody can tell; all are put right, one left.

    What never comes is an error of this fixture.
    """
    batch = await stage.batch(4, failure_threshold=1)
    person = Person(stage, batch)
    failed, untold, halfway, waits = batch.names
    ids = await person.restaurant_ids()
    await stage.platform.break_with(ids[failed], "import-menu-direct", "refused", message="too many dishes", times=1)
    await stage.platform.break_with(ids[untold], "create-onboarding-user", "fails", acts=True, times=1)
    await stage.platform.break_with(ids[halfway], "generate-code-injections", "refused", message="no code", times=1)
    await stage.platform.break_with(ids[halfway], "upload-images", "slow_answer", hold="halfway", times=1)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys((failed, untold, halfway)))

    # In the middle of step 6, beside a sub-step that takes longer.
    await person.effect_becomes(halfway, "websiteConfig", "skipped")
    await within(person.retry(halfway, "codeGeneration"), person.effect_becomes(halfway, "websiteConfig", "completed"))
    assert (await stage.records.effects(batch.batch_id, halfway))["uploadImages"]["status"] == "in_progress"
    await stage.platform.release("halfway")

    # After its end, while another restaurant keeps the batch open.
    await person.becomes(failed, "failed")
    await within(person.retry(failed), person.becomes(failed, "completed"))
    await person.becomes(untold, "action_required")
    there = person.resolve(untold, "createOnboardingUser", Resolution.IT_IS_THERE)
    await within(there, person.becomes(untold, "completed"))
    await within(person.cancel(waits), person.becomes(waits, "cancelled"))
    assert (await run.ended()).message.endswith(": 3 completed, 1 cancelled")
    return person


async def within(telling: Awaitable[object], becoming: Awaitable[None]) -> None:
    """A live run hears of it, and does it."""
    assert getattr(await telling, "live", True)
    await becoming


async def test_everything_was_done_once(told: Person) -> None:
    """Whatever failed or was not known in between: one effect of each kind, none of the cancelled one."""
    *carried, waits = told.batch.names
    done = await told.stage.platform.done(told.batch.organisation_id)
    for restaurant in carried:
        assert {row.endpoint: done[restaurant][row.endpoint] for row in SUB_STEPS.values()} == dict.fromkeys(
            (row.endpoint for row in SUB_STEPS.values()), 1
        )
    assert not set(done.get(waits, {})) & {row.endpoint for row in SUB_STEPS.values()}


async def test_what_was_done_again_has_a_new_key(told: Person) -> None:
    """The generation rises with a retry, of the failed one and of what was skipped because of it; of nothing else."""
    failed = told.batch.names[0]
    effects = await told.stage.records.effects(told.batch.batch_id, failed)
    generations = {name: row["generation"] for name, row in effects.items() if row["generation"] > 1}
    assert generations == {"menuImport": 2, "optionSets": 2, "itemTags": 2}
    assert str(effects["menuImport"]["idempotency_key"]).endswith(":menuImport:2")


async def test_what_a_person_said_is_the_evidence(told: Person) -> None:
    """Who, and why; the events of all of it carry the name."""
    effects = await told.stage.records.effects(told.batch.batch_id, told.batch.names[1])
    assert effects["createOnboardingUser"]["evidence"] == {"said_by": "Mere Walker", "why": "she looked"}
    events = await told.stage.records.query(
        "select what from registration_events where batch_job_id = %(batch)s and actor = 'Mere Walker'",
        batch=told.batch.batch_id,
    )
    said = {event["what"] for event in events}
    assert {"step 6 reopened", "menuImport reopened", "createOnboardingUser", "job stop requested"} <= said
