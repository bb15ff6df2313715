"""`registration resolve --done-by-hand` and `--skip`: what they write, print and refuse."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest_asyncio

from registration.workflow.lease import Lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.test_operations import fail_step_6, read_effect
from tests.interfaces.cli.waiting_batches import WaitingBatch, open_new_batch

WORDS = ("--by", "Mere", "--why", "I set it up myself")


@pytest_asyncio.fixture
async def failed(registration: Commands) -> AsyncGenerator[WaitingBatch]:
    """A batch with a live lease, in which the menu of a restaurant was not imported."""
    batch = await open_new_batch(registration, 1)
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    await fail_step_6(registration, batch.jobs[0], menuImport="failed", itemTags="skipped")
    needs = "update registration_sub_steps set skip_reason = 'menuImport failed' where name = 'itemTags'"
    await registration.query(needs)
    yield batch
    await lease.release()


async def test_work_by_hand_is_shown_as_a_persons(registration: Commands, failed: WaitingBatch) -> None:
    """By the command, by `show` of job and batch, and in the export; without a platform it is not proven."""
    job = failed.jobs[0]
    result = await registration("resolve", job, "menuimport", "--done-by-hand", *WORDS)
    assert result.code == 0, result.err
    assert "Kai 1: menuImport is completed (by a person)" in result.out
    assert "not proven: the platform was not asked" in result.out
    assert "goes on: itemTags" in result.out
    page = (await registration("show", job)).out
    assert "completed (by a person)" in page
    assert "done by hand: I set it up myself" in page
    assert "1 by a person" in (await registration("show", failed.batch_id)).out
    exported = (await registration("export", failed.batch_id, "--csv")).out
    assert "completed (by a person: Mere): I set it up myself" in exported


async def test_a_skip_ends_the_restaurant(registration: Commands, failed: WaitingBatch) -> None:
    """As JSON: nothing failed any more."""
    job = failed.jobs[0]
    result = await registration("resolve", job, "menuImport", "--skip", *WORDS, "--json")
    assert result.code == 0, result.err
    assert (result.json["status"], result.json["known"], result.json["job_status"]) == ("skipped", None, "completed")
    assert (result.json["worked_on"], result.json["opened"]) == (True, [])
    assert (await read_effect(registration, job))["skip_reason"] == "skipped by Mere: I set it up myself"
    assert (await read_effect(registration, job, "itemTags"))["skip_reason"] == "menuImport skipped"


async def test_refusals_say_what_comes_first(registration: Commands, failed: WaitingBatch) -> None:
    """The command for the password, and the id of a restaurant; nothing is written."""
    job = failed.jobs[0]
    await fail_step_6(registration, job, cloudwaitressAccount="failed", restaurantRegistration="failed")
    account = """'{"account": {"email": "kai@example.nz"}}'"""
    await registration.query(f"update registration_jobs set execution_config = {account} where id = :job", job=job)
    refused = await registration("resolve", job, "cloudwaitressAccount", "--done-by-hand", *WORDS)
    assert (refused.code, "`registration credentials set kai@example.nz`" in refused.err) == (2, True)
    refused = await registration("resolve", job, "restaurantRegistration", "--done-by-hand", *WORDS)
    assert (refused.code, "begins with RES" in refused.err) == (2, True)
    for wrong in (("--skip", "--done-by-hand"), (), ("--skip", "--restaurant-id", "RES1")):
        assert (await registration("resolve", job, "menuImport", *wrong, *WORDS)).code == 2
    assert (await read_effect(registration, job, "restaurantRegistration"))["status"] == "failed"
    given = ("--done-by-hand", "--restaurant-id", "RES1")
    assert (await registration("resolve", job, "restaurantRegistration", *given, *WORDS)).code == 0
