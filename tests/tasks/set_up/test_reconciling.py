"""Effects in flight of a restaurant that does not go on, and a batch that its failure threshold halted."""

import asyncio
from uuid import uuid4

import pytest

from registration.workflow.lease_queries import lock_lease
from tasks.batch_lifecycle import end_batch, halt_batch
from tasks.set_up.reconcile_in_flight import reconcile_in_flight
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, REGISTRATION, AtStep6, at_step_6


@pytest.fixture
def email() -> str:
    """An e-mail of this test alone."""
    return f"{uuid4().hex[:8]}@example.nz"


async def _died_after_sending(job: AtStep6) -> None:
    """The account was requested an hour ago and no answer arrived; step 6 had begun."""
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


async def test_effects_in_flight_of_a_halted_batch_are_reconciled_before_it_is_released(
    tenant: Tenant, email: str
) -> None:
    """The effect did not happen: it can be done once a person continues the batch, like all effects that
    never began.
    """
    async with at_step_6(tenant, email) as (kai,):
        await _died_after_sending(kai)
        await _batch_is_stopped(kai)
        assert not await end_batch(kai.context)
        assert (await reconcile_in_flight.fn(kai.job)).is_completed()
        row = await kai.row(ACCOUNT)
        assert (row["status"], row["sent_at"]) == ("pending", None)
        assert (await kai.row(REGISTRATION))["status"] == "pending"
        assert await kai.done("register-account") == 0
        assert await end_batch(kai.context)
        assert await _released(kai)


async def test_open_effects_of_an_ended_job_are_cancelled(tenant: Tenant, email: str) -> None:
    """No run continues the job: neither an effect sent without result nor one that never began stays open."""
    async with at_step_6(tenant, email) as (kai,):
        await _died_after_sending(kai)
        await kai.query("update registration_job_steps set status = 'cancelled' where job_id = :job")
        await kai.query("update registration_jobs set status = 'cancelled' where id = :job")
        assert (await reconcile_in_flight.fn(kai.job)).is_completed()
        states = [(await kai.row(name))["status"] for name in (ACCOUNT, REGISTRATION)]
        assert states == ["cancelled", "cancelled"]


async def test_a_batch_is_not_halted_for_failures_that_are_just_being_retried(tenant: Tenant, email: str) -> None:
    """Three of four had failed; while the process waits for the lock to halt the batch, a person reopens
    one of them.
    """
    async with at_step_6(tenant, email, email, email, email) as restaurants:
        for number, one in enumerate(restaurants):
            status = "failed" if number else "completed"
            await one.query("update registration_jobs set status = :status where id = :job", status=status)
        first, opened = restaurants[0], restaurants[-1]
        async with first.database.transaction(tenant.organisation_id) as person:
            await lock_lease(person, first.job.batch_id)
            stopping = asyncio.create_task(halt_batch(first.context))
            await wait_for_lock_waiters(tenant.everything, query="%registration_leases%")
            await person.connection.exec_driver_sql(
                f"update registration_jobs set status = 'in_progress' where id = '{opened.job.job_id}'"
            )
        await stopping
        query = "select stopped_reason from registration_batch_jobs where id = :batch"
        assert await first.query(query, batch=first.job.batch_id) == [{"stopped_reason": None}]
        assert await first.query("select 1 from registration_events where what = 'batch stopped' and :job <> id") == []
