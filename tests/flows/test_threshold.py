"""More than half failed: the batch is halted, waits for a person, and then continues."""

import pytest

from registration.operations.cancel import continue_batch
from registration.operations.job_state_queries import failed_jobs
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.operators import MERE, Operator
from tests.flows.system import RunningSystem

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


async def test_a_halted_batch_is_continued_and_its_failures_are_retried(system: RunningSystem) -> None:
    """Four of five are refused; after the cause is fixed all are completed, and no question is asked again."""
    batch = await system.batch(5)
    person = Operator(system, batch)
    *failing, waiting = batch.names
    ids = await person.restaurant_ids()
    for name in failing:
        await system.platform.break_with(ids[name], "register-account", "refused", message="closed today", times=1)
    run = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    await batch.gates.answer(await batch.gates.form(COMPANY, *batch.names))
    await batch.gates.answer_each(CONFIG, dict.fromkeys(failing))
    ended = await run.ended()
    assert ended.type == "COMPLETED"
    assert (await system.records.statuses(batch.batch_id))[waiting] == "action_required"

    live = await continue_batch(system.database, batch.organisation_id, batch.batch_id, MERE)
    assert not live
    again = system.host.start(batch.organisation_id, batch_id=batch.batch_id)
    async with system.database.transaction(batch.organisation_id) as transaction:
        assert len(await failed_jobs(transaction, batch.batch_id)) == 4
    for name in failing:
        await person.retry(name)
    await batch.gates.answer_each(CONFIG, {waiting: None})
    assert (await again.ended()).message.endswith(": 5 completed")
    assert len(await system.records.decisions(batch.batch_id)) == 10


async def test_effects_in_flight_of_a_halted_batch_are_reconciled_by_the_next_process(system: RunningSystem) -> None:
    """Its process died with a request in flight: the next one only looks for its effect, which a person then has to
    resolve.
    """
    batch = await system.batch(1)
    await system.records.query(_DIED_STOPPED, batch=batch.batch_id)
    ended = await system.host.run(batch.organisation_id, batch_id=batch.batch_id)
    assert ended.type == "COMPLETED", ended
    [name] = batch.names
    effects = await system.records.effects(batch.batch_id, name)
    assert effects.pop("menuExtraction")["status"] == "unknown"
    assert {effect["status"] for effect in effects.values()} == {"pending"}
    assert await system.records.statuses(batch.batch_id) == {name: "action_required"}
