"""More than half failed: the batch stops, waits for a person, and goes on where it stood."""

import pytest

from registration.operations.cancel import continue_batch
from registration.operations.job_state_queries import failed_jobs
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.persons import MERE, Person
from tests.flows.stage import Stage

pytestmark = pytest.mark.slow

_DIED_STOPPED = """
    with batch as (
        update registration_batch_jobs set started_at = clock_timestamp(), stopped_reason = '3 of 4 failed'
        where id = %(batch)s
    ), job as (
        update registration_jobs set status = 'in_progress' where batch_job_id = %(batch)s returning id
    ), step as (
        update registration_job_steps set status = 'in_progress'
        where step_number = 1 and job_id in (select id from job)
    )
    update registration_sub_steps set status = 'in_progress', sent_at = clock_timestamp() - interval '1 hour'
    where name = 'menuExtraction' and job_id in (select id from job)
"""


async def test_a_stopped_batch_is_continued_and_its_failures_are_retried(stage: Stage) -> None:
    """Four of five are refused; after the cause is mended everybody is completed, and nobody is asked again."""
    batch = await stage.batch(5)
    person = Person(stage, batch)
    *failing, waiting = batch.names
    ids = await person.restaurant_ids()
    for name in failing:
        await stage.platform.break_with(ids[name], "register-account", "refused", message="closed today", times=1)
    run = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys(failing))
    ended = await run.ended()
    assert ended.type == "COMPLETED"
    assert (await stage.records.statuses(batch.batch_id))[waiting] == "action_required"

    live = await continue_batch(stage.database, batch.organisation_id, batch.batch_id, MERE)
    assert not live
    again = stage.host.start(batch.organisation_id, batch_id=batch.batch_id)
    async with stage.database.transaction(batch.organisation_id) as connection:
        assert len(await failed_jobs(connection, batch.organisation_id, batch.batch_id)) == 4
    for name in failing:
        await person.retry(name)
    await batch.gates.answer_each(CONFIG, {waiting: None})
    assert (await again.ended()).message.endswith(": 5 completed")
    assert len(await stage.records.decisions(batch.batch_id)) == 10


async def test_what_a_stopped_batch_has_out_is_settled_by_whoever_takes_it_up(stage: Stage) -> None:
    """Its process died with a request out: only that is looked for, and whether it happened is for a person to tell."""
    batch = await stage.batch(1)
    await stage.records.query(_DIED_STOPPED, batch=batch.batch_id)
    ended = await stage.host.run(batch.organisation_id, batch_id=batch.batch_id)
    assert ended.type == "COMPLETED", ended
    [name] = batch.names
    effects = await stage.records.effects(batch.batch_id, name)
    assert effects.pop("menuExtraction")["status"] == "unknown"
    assert {effect["status"] for effect in effects.values()} == {"pending"}
    assert await stage.records.statuses(batch.batch_id) == {name: "action_required"}
