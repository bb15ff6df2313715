"""Who waits for a place in step 6 is asked about again, if a person says so meanwhile."""

import asyncio

from registration.states import StepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.step_queries import reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution
from tasks.job_progress import begin_set_up
from tasks.set_up.capacity import a_place
from tests.locks import somebody_waits
from tests.registration.place import Place
from tests.tasks.at_step_6 import AtStep6, at_step_6
from tests.waiting import HANG

MERE = Attribution("Mere", "another e-mail")


async def _decided(*jobs: AtStep6) -> None:
    """All before step 6 is done."""
    for job in jobs:
        await job.query("update registration_jobs set status = 'in_progress' where id = :job")
        await job.query(
            "update registration_job_steps set status = 'completed' where job_id = :job and step_number < 6"
        )
        await job.context.watch.fresh()


async def _asks_again(job: AtStep6) -> None:
    """A person opens the configuration again, as `retry --from-step 5 --redo 5` does."""
    async with job.database.transaction(job.job.organisation_id) as connection:
        await reopen(connection, job.job.organisation_id, job.job.job_id, Step.YOLO_CONFIG, StepStatus.PENDING, MERE)


async def _step_6(job: AtStep6) -> str:
    [row] = await job.query("select status from registration_job_steps where job_id = :job and step_number = 6")
    return row["status"]


async def test_who_is_asked_about_again_waits_for_no_place(place: Place) -> None:
    """It goes back to the gate at once, however long the others hold theirs, and then waits like everybody else."""
    async with at_step_6(place, "kai@example.nz", "pho@example.nz", max_parallel=1) as (first, second):
        await _decided(first, second)
        async with a_place(first.job) as placed:
            assert placed
            await _asks_again(second)
            async with asyncio.timeout(HANG), a_place(second.job) as other:
                assert not other
        await _decided(second)
        async with asyncio.timeout(HANG), a_place(second.job) as other:
            assert other


async def test_a_gate_that_is_opened_again_in_this_moment_is_seen_before_step_6_begins(place: Place) -> None:
    """The person was faster: the restaurant is not set up as it was configured before."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        await _decided(kai)
        organisation_id = kai.job.organisation_id
        async with kai.database.transaction(organisation_id) as person:
            await lock_lease(person, organisation_id, kai.job.batch_id)
            beginning = asyncio.create_task(begin_set_up(kai.job))
            await somebody_waits(place.everything, query="%registration_leases%")
            await reopen(person, organisation_id, kai.job.job_id, Step.YOLO_CONFIG, StepStatus.PENDING, MERE)
        assert not await beginning
        assert await _step_6(kai) == "pending"


async def test_step_6_begins_once_everything_is_decided(place: Place) -> None:
    """And only once, however often it is said."""
    async with at_step_6(place, "kai@example.nz") as (kai,):
        await _decided(kai)
        assert [await begin_set_up(kai.job), await begin_set_up(kai.job)] == [True, True]
        assert await _step_6(kai) == "in_progress"
