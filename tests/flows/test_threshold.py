"""More than half failed: the batch stops, waits for a person, and goes on where it stood."""

import pytest

from registration.stopping import continue_batch
from registration.store.standings import failed_jobs
from tests.flows.gates import COMPANY, CONFIG
from tests.flows.persons import MERE, Person
from tests.flows.stage import Stage

pytestmark = pytest.mark.slow


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
