"""`registration item-tags`: the question about tags that contradict the menu, and its answers."""

import json
from uuid import uuid4

import pytest

from registration.workflow.lease import Lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, open_new_batch


async def _asked(registration: Commands) -> WaitingBatch:
    batch = await open_new_batch(registration, 1)
    asked = [{"dish": "Brownie", "tag": "Nut Free", "words": ["contains nuts"]}]
    await registration.query("update registration_jobs set status = 'action_required'")
    await registration.query(
        "update registration_job_steps set status = case step_number when 6 then 'in_progress' else 'completed' end"
    )
    await registration.query(
        "update registration_sub_steps set needs_person = true, asked = cast(:asked as jsonb) where name = 'itemTags'",
        asked=json.dumps(asked),
    )
    return batch


async def test_the_question_is_printed_with_its_ways(registration: Commands) -> None:
    """Exit code 3, because something waits; `gates` lists it."""
    batch = await _asked(registration)
    result = await registration("item-tags", batch.jobs[0])
    assert result.code == 3
    assert "“Brownie” would be tagged Nut Free, but the menu says “contains nuts”" in result.out
    assert {"--leave-out", "--set-all-the-same"} <= set(result.out.split())
    [waiting] = (await registration("gates", "--json")).json
    assert (waiting["what"], waiting["answer_with"].split()[1]) == ("item tags", "show")
    assert [row["waits_for"] for row in (await registration("batches", "--json")).json] == ["1 item tags"]


@pytest.mark.parametrize("option, status", [("--leave-out", "skipped"), ("--set-all-the-same", "pending")])
async def test_a_decision_is_recorded(registration: Commands, option: str, status: str) -> None:
    """A live process reads it by itself."""
    batch = await _asked(registration)
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    words = (option, "--by", "Mere", "--why", "the owner says so")
    result = await registration("item-tags", batch.jobs[0], *words, "--json")
    assert (result.code, result.json["status"], result.json["worked_on"]) == (0, status, True), result.err
    assert (await registration("item-tags", batch.jobs[0])).code == 0
    again = await registration("item-tags", batch.jobs[0], *words)
    assert (again.code, "already decided by Mere (cli)" in again.err) == (2, True)
    await lease.release()


async def test_a_decision_needs_a_name_and_a_reason(registration: Commands) -> None:
    """And is one of two."""
    batch = await _asked(registration)
    assert (await registration("item-tags", batch.jobs[0], "--leave-out")).code == 2
    assert (await registration("item-tags", batch.jobs[0], "--leave-out", "--set-all-the-same")).code == 2
