"""How a batch is halted and ends, and the outcome of a job that is given up."""

import asyncio

import pytest
from sqlalchemy import text

from registration.workflow.sub_steps import SubStepName
from tasks.batch_lifecycle import end_batch, give_up_job, halt_batch
from tasks.set_up.reconcile_in_flight import reconcile_in_flight
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import at_step_6

_FAIL = "update registration_jobs set status = 'failed', completed_at = clock_timestamp() where batch_job_id = :batch"
_ENDED = "update registration_job_steps set status = 'failed' where job_id = :job"
_SENT = (
    "update registration_sub_steps set status = 'unknown', sent_at = clock_timestamp() - interval '1 h'"
    " where job_id = :job and name = 'codeGeneration'"
)
_REFUSE = """
    create function registration_refuse() returns trigger language plpgsql as
        $$ begin raise exception 'it cannot be stored'; end $$
"""
_CANNOT_BE_STORED = """
    create trigger refuse before update of status on registration_sub_steps for each row
        when (old.job_id = '{0}' and new.status in ('completed', 'failed', 'pending'))
        execute function registration_refuse()
"""


async def test_a_batch_is_halted_once(tenant: Tenant) -> None:
    """With the reason, for the person who continues it."""
    async with at_step_6(tenant, *(f"kai{number}@example.nz" for number in range(4))) as (first, *_):
        await first.query(_FAIL, batch=first.job.batch_id)
        for _ in range(2):
            await halt_batch(first.context)
        events = await first.query("select reason from registration_events where what = 'batch stopped'")
        why = "4 of 4 restaurants failed; fix the cause, then continue the batch"
        assert [event["reason"] for event in events] == [why]
        assert (await first.context.watch.fresh()).halted_reason == why


async def test_a_batch_whose_failed_job_is_reopened_is_not_halted(tenant: Tenant) -> None:
    """The threshold was exceeded, but a person reopened the job first."""
    async with at_step_6(tenant, *(f"kai{number}@example.nz" for number in range(4))) as (first, *_):
        context, batch_id = first.context, first.job.batch_id
        await first.query(_FAIL, batch=batch_id)
        lock = "select from registration_leases where batch_job_id = :batch for update"
        async with holding_lock(tenant.everything, lock, batch=batch_id) as retrying:
            stopping = asyncio.create_task(halt_batch(context))
            await wait_for_lock_waiters(tenant.everything, query="%registration_leases%for update%")
            opened = (
                "update registration_jobs set status = 'in_progress', completed_at = null where batch_job_id = :batch"
            )
            await retrying.execute(text(opened), {"batch": batch_id})
        await stopping
        [batch] = await first.query("select stopped_reason from registration_batch_jobs where id = :id", id=batch_id)
        events = await first.query("select 1 from registration_events where what = 'batch stopped'")
        assert (batch["stopped_reason"], events) == (None, [])


async def test_an_effect_of_an_ended_job_that_cannot_be_reconciled_waits_for_a_person(tenant: Tenant) -> None:
    """Every try to store the outcome fails: the batch ends nevertheless, and waits for a person."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await kai.query(_ENDED)
        await kai.query(_SENT)
        await kai.query("update registration_jobs set status = 'failed' where id = :job")
        await tenant.everything.exec_driver_sql(_REFUSE)
        await tenant.everything.exec_driver_sql(_CANNOT_BE_STORED.format(kai.job.job_id))
        try:
            with pytest.raises(Exception, match="it cannot be stored"):
                await reconcile_in_flight.fn(kai.job)
            assert not await end_batch(kai.context)
            await give_up_job(kai.context, kai.job.job_id, "it cannot be stored")
        finally:
            await tenant.everything.exec_driver_sql("drop function registration_refuse cascade")
        row = await kai.row(SubStepName.CODE_GENERATION)
        assert (row["status"], row["needs_person"]) == ("unknown", True)
        assert row["error_message"] == "the reconciliation of the effect ended unexpectedly: it cannot be stored"
        assert await end_batch(kai.context)


async def test_an_effect_reopened_in_the_last_moment_is_not_cancelled(tenant: Tenant) -> None:
    """The job had ended; a person reopens it before its unsent effects are cancelled."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await kai.query("update registration_jobs set status = 'failed' where id = :job")
        lock = "select from registration_jobs where id = :job for update"
        async with holding_lock(tenant.everything, lock, job=kai.job.job_id) as retrying:
            settling = asyncio.create_task(reconcile_in_flight.fn(kai.job))
            await wait_for_lock_waiters(tenant.everything, query="%registration_jobs%for no key update%")
            opened = "update registration_jobs set status = 'in_progress' where id = :job"
            await retrying.execute(text(opened), {"job": kai.job.job_id})
        await settling
        assert (await kai.row(SubStepName.MENU_IMPORT))["status"] == "pending"
