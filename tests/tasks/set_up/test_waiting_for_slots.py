"""A job that waits for a slot of step 6 can be sent back to a gate by a person."""

import asyncio

from registration.states import StepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.step_queries import reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tasks.job_progress import begin_set_up
from tasks.set_up.capacity import set_up_slot
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import HANG

MERE = Attribution("Mere", "another e-mail")


async def _decided(*jobs: AtStep6) -> None:
    """Complete everything before step 6."""
    for job in jobs:
        await job.query("update registration_jobs set status = 'in_progress' where id = :job")
        await job.query(
            "update registration_job_steps set status = 'completed' where job_id = :job and step_number < 6"
        )
        await job.context.watch.fresh()


async def _asks_again(job: AtStep6) -> None:
    """Reopen the configuration, as `retry --from-step 5 --redo 5` does."""
    async with job.database.transaction(job.job.organisation_id) as transaction:
        await reopen(transaction, job.job.job_id, Step.YOLO_CONFIG, StepStatus.PENDING, MERE)


async def _step_6(job: AtStep6) -> str:
    [row] = await job.query("select status from registration_job_steps where job_id = :job and step_number = 6")
    return row["status"]


async def test_a_job_sent_back_to_a_gate_waits_for_no_slot(tenant: Tenant) -> None:
    """It goes back to the gate at once, however long the other jobs hold the slots, and then waits in order
    of arrival.
    """
    async with at_step_6(tenant, "kai@example.nz", "pho@example.nz", max_parallel=1) as (first, second):
        await _decided(first, second)
        async with set_up_slot(first.job) as placed:
            assert placed
            await _asks_again(second)
            async with asyncio.timeout(HANG), set_up_slot(second.job) as other:
                assert not other
        await _decided(second)
        async with asyncio.timeout(HANG), set_up_slot(second.job) as other:
            assert other


async def test_a_gate_reopened_in_the_last_moment_stops_step_6_from_beginning(tenant: Tenant) -> None:
    """The restaurant is not set up with the earlier configuration."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _decided(kai)
        organisation_id = kai.job.organisation_id
        async with kai.database.transaction(organisation_id) as person:
            await lock_lease(person, kai.job.batch_id)
            beginning = asyncio.create_task(begin_set_up(kai.job))
            await wait_for_lock_waiters(tenant.everything, query="%registration_leases%")
            await reopen(person, kai.job.job_id, Step.YOLO_CONFIG, StepStatus.PENDING, MERE)
        assert not await beginning
        assert await _step_6(kai) == "pending"


async def test_step_6_begins_once_everything_is_decided(tenant: Tenant) -> None:
    """And only once, however often it is called."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await _decided(kai)
        assert [await begin_set_up(kai.job), await begin_set_up(kai.job)] == [True, True]
        assert await _step_6(kai) == "in_progress"
