"""What was sent by a restaurant that does not go on, and the batch that too many failures stopped."""

import asyncio
from uuid import uuid4

import pytest

from registration.workflow.lease_queries import lock_lease
from tasks.batch_lifecycle import end_batch, stop_batch
from tasks.set_up.settle_sent import settle_sent
from tests.locks import somebody_waits
from tests.registration.place import Place
from tests.tasks.at_step_6 import ACCOUNT, REGISTRATION, AtStep6, at_step_6


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def _died_after_sending(job: AtStep6) -> None:
    """Its account was asked for an hour ago, and nobody heard the answer; step 6 had begun."""
    await job.query("update registration_jobs set status = 'in_progress' where id = :job")
    await job.query(
        "update registration_job_steps set status = case step_number when 6 then 'in_progress' else 'completed' end"
        " where job_id = :job"
    )
    await job.query(
        "update registration_sub_steps set status = 'in_progress', intent_at = clock_timestamp() - interval '1 hour',"
        " sent_at = clock_timestamp() - interval '1 hour' where job_id = :job and name = 'cloudwaitressAccount'"
    )


async def _batch_is_stopped(job: AtStep6) -> None:
    await job.query(
        "update registration_batch_jobs set stopped_reason = '3 of 4 failed'"
        " where id = (select batch_job_id from registration_jobs where id = :job)"
    )


async def _released(job: AtStep6) -> bool:
    query = "select holder is null as released from registration_leases where batch_job_id = :batch"
    [row] = await job.query(query, batch=job.job.batch_id)
    return row["released"]


async def test_what_a_stopped_batch_has_out_is_settled_before_it_is_left(place: Place, email: str) -> None:
    """It did not happen: it can be done when a person continues the batch, and so can all that was never begun."""
    async with at_step_6(place, email) as (kai,):
        await _died_after_sending(kai)
        await _batch_is_stopped(kai)
        assert not await end_batch(kai.context)
        assert (await settle_sent.fn(kai.job)).is_completed()
        row = await kai.row(ACCOUNT)
        assert (row["status"], row["sent_at"]) == ("pending", None)
        assert (await kai.row(REGISTRATION))["status"] == "pending"
        assert await kai.done("register-account") == 0
        assert await end_batch(kai.context)
        assert await _released(kai)


async def test_what_an_ended_job_has_not_done_is_cancelled(place: Place, email: str) -> None:
    """Nobody continues it: neither what was sent without effect nor what was never begun stays open."""
    async with at_step_6(place, email) as (kai,):
        await _died_after_sending(kai)
        await kai.query("update registration_job_steps set status = 'cancelled' where job_id = :job")
        await kai.query("update registration_jobs set status = 'cancelled' where id = :job")
        assert (await settle_sent.fn(kai.job)).is_completed()
        states = [(await kai.row(name))["status"] for name in (ACCOUNT, REGISTRATION)]
        assert states == ["cancelled", "cancelled"]


async def test_a_batch_is_not_stopped_for_failures_that_are_just_being_retried(place: Place, email: str) -> None:
    """Three of four had failed; while the process waits to stop the batch, a person opens one of them again."""
    async with at_step_6(place, email, email, email, email) as restaurants:
        for number, one in enumerate(restaurants):
            status = "failed" if number else "completed"
            await one.query("update registration_jobs set status = :status where id = :job", status=status)
        first, opened = restaurants[0], restaurants[-1]
        async with first.database.transaction(place.organisation_id) as person:
            await lock_lease(person, place.organisation_id, first.job.batch_id)
            stopping = asyncio.create_task(stop_batch(first.context))
            await somebody_waits(place.everything, query="%registration_leases%")
            await person.exec_driver_sql(
                f"update registration_jobs set status = 'in_progress' where id = '{opened.job.job_id}'"
            )
        await stopping
        query = "select stopped_reason from registration_batch_jobs where id = :batch"
        assert await first.query(query, batch=first.job.batch_id) == [{"stopped_reason": None}]
        assert await first.query("select 1 from registration_events where what = 'batch stopped' and :job <> id") == []
