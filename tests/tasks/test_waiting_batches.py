"""Batches that wait for people: no expiry is lost, and reminders for unknown effects continue."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from prefect import flow, get_client
from prefect.states import Paused
from sqlalchemy import text

from registration.batches.run_queries import batches_to_recover
from registration.database.session import NO_ORGANISATION
from registration.gates.round_queries import insert_round
from registration.gates.rounds import Question, Round
from registration.workflow.steps import GateName
from tasks.batch_lifecycle import end_batch
from tasks.reminders import waiting_batches_to_start
from tasks.step_runner import write
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import ACCOUNT, AtStep6, at_step_6

pytestmark = pytest.mark.usefixtures("prefect_server")  # where the notices go


@flow(name="a-gate")
async def _gate() -> None:
    """What shows a form."""


@pytest_asyncio.fixture
async def kai(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """One restaurant of a batch that was started."""
    async with at_step_6(tenant, "kai@example.nz") as [one]:
        started = "update registration_batch_jobs set started_at = clock_timestamp() where id = :batch"
        await one.query(started, batch=one.job.batch_id)
        yield one


async def test_an_expiry_ends_the_batch_although_recovery_dies(kai: AtStep6) -> None:
    """Recovery leaves out the only waiting job, and dies before it starts the batch: the next recovery
    finds the batch.
    """
    await _asked(kai)
    await kai.query(
        "update registration_job_steps set status = 'action_required',"
        " arrived_at = clock_timestamp() - interval '15 days' where job_id = :job and step_number = 5"
    )
    await kai.query("update registration_jobs set status = 'action_required' where id = :job")
    await kai.query(
        "update registration_leases set holder = null, expires_at = null, waiting_since = clock_timestamp()"
        " where batch_job_id = :batch",
        batch=kai.job.batch_id,
    )
    assert not await _is_to_recover(kai)
    assert await _is_to_take_up(kai)
    [job] = await kai.query("select status from registration_jobs where id = :job")
    assert job["status"] == "skipped"
    assert not await _is_to_take_up(kai)
    assert await _is_to_recover(kai)


async def test_an_unknown_effect_is_reminded_of_once_a_day_after_the_end(kai: AtStep6, tenant: Tenant) -> None:
    """No step goes on in the batch, so no run is needed: recovery sends the reminder, and starts nothing."""
    await kai.query("update registration_job_steps set status = 'completed' where job_id = :job")
    await kai.query("update registration_jobs set status = 'failed' where id = :job")
    await kai.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true,"
        " sent_at = clock_timestamp() - interval '2 days' where job_id = :job and name = :name",
        name=ACCOUNT,
    )
    assert await end_batch(kai.context)
    for _ in range(2):
        assert not await _is_to_take_up(kai)
    assert len(await _reminders(kai)) == 1
    earlier = "update registration_events set created_at = created_at - interval '25 hours' where job_id = :job"
    await tenant.everything.execute(text(earlier), {"job": kai.job.job_id})
    assert not await _is_to_take_up(kai)
    assert len(await _reminders(kai)) == 2
    assert not await _is_to_recover(kai)


async def _asked(kai: AtStep6) -> None:
    """The form about the restaurant is open."""
    question = Question(
        job_id=kai.job.job_id, visit=1, field="restaurant_1", title="Kai", evidence="", choices=(), preset=""
    )
    shown = Round(gate=GateName.YOLO_CONFIG, questions=(question,))
    async with get_client() as client:
        run = await client.create_flow_run(_gate, state=Paused())
    await write(kai.context, lambda transaction: insert_round(transaction, kai.job.batch_id, run.id, shown))


async def _is_to_take_up(kai: AtStep6) -> bool:
    return kai.job.batch_id in {batch_id for _, batch_id in await waiting_batches_to_start(kai.database)}


async def _is_to_recover(kai: AtStep6) -> bool:
    async with kai.database.transaction(NO_ORGANISATION) as transaction:
        return kai.job.batch_id in {batch_id for _, batch_id in await batches_to_recover(transaction)}


async def _reminders(kai: AtStep6) -> list[Any]:
    return await kai.query("select id from registration_events where job_id = :job and what = 'reminded'")
