"""Reminders and expiry, counted from a job's arrival, on real rows: one notice per day, and an end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.batches.models import Batch
from registration.settings import Settings
from registration.workflow.sub_steps import SubStepName
from tasks.context import Resources
from tasks.reminders import Transact, expire, remind, waiting_batches_to_start
from tasks.step_runner import write
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

pytestmark = pytest.mark.usefixtures("prefect_server")  # where the notices go

_DAYS = "update registration_job_steps set arrived_at = clock_timestamp() - make_interval(days => :days), {0}"
_AT_GATE = "status = 'action_required' where job_id = :job and step_number = 5"


@pytest_asyncio.fixture
async def job(tenant: Tenant) -> AsyncGenerator[AtStep6]:
    """One restaurant, on a clock that is not scaled."""
    async with at_step_6(tenant, "kai@example.nz") as [one]:
        settings = one.context.settings.model_copy(update={"time_scale": 1.0})
        yield replace(one, context=replace(one.context, settings=settings))


async def _waits(job: AtStep6, days: float) -> Resources:
    await job.query(_DAYS.format(_AT_GATE), days=days)
    return job.context


def _looks(context: Resources) -> tuple[Batch, Settings, Transact]:
    """Remind and expire, as the process of the batch does."""
    return context.batch, context.settings, partial(write, context)


async def _events(job: AtStep6, what: str) -> list[Any]:
    return await job.query("select * from registration_events where job_id = :job and what = :what", what=what)


async def test_a_job_that_waits_for_a_day_is_reminded_of_once_a_day(job: AtStep6) -> None:
    """The second call finds no overdue job; the third, a day later, does."""
    context = await _waits(job, days=2)
    assert [one.job_id for one in await remind(*_looks(context))] == [job.job.job_id]
    assert await remind(*_looks(context)) == ()
    await job.query(
        "update registration_job_steps set last_reminded_at = clock_timestamp() - interval '25 hours'"
        " where job_id = :job"
    )
    assert len(await remind(*_looks(context))) == 1
    assert [event["actor"] for event in await _events(job, "reminded")] == ["pipeline", "pipeline"]


async def test_a_job_that_arrived_an_hour_ago_gets_no_reminder(job: AtStep6) -> None:
    """And no job expires."""
    context = await _waits(job, days=0)
    assert await remind(*_looks(context)) == ()
    assert await expire(*_looks(context)) == 0


async def test_after_two_weeks_the_job_is_skipped_with_the_reason(job: AtStep6) -> None:
    """And no reminder names it any more."""
    context = await _waits(job, days=15)
    assert await expire(*_looks(context)) == 1
    [row] = await job.query("select status from registration_jobs where id = :job")
    assert row["status"] == "skipped"
    [step] = await job.query("select * from registration_job_steps where job_id = :job and step_number = 5")
    assert step["result_data"] == {"skipped": "nobody decided"}
    assert await remind(*_looks(context)) == ()


async def test_an_unknown_effect_is_only_reminded_of(job: AtStep6) -> None:
    """It never expires: a person must find out the outcome."""
    await job.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true,"
        " sent_at = clock_timestamp() - interval '30 days' where job_id = :job and name = :name",
        name=SubStepName.MENU_IMPORT,
    )
    assert [one.gate for one in await remind(*_looks(job.context))] == [None]
    assert await remind(*_looks(job.context)) == ()
    context = await _waits(job, days=30)
    assert await expire(*_looks(context)) == 0


async def test_a_job_answered_in_the_last_moment_does_not_expire(job: AtStep6, tenant: Tenant) -> None:
    """The job was selected as expired, and decided before its row was locked: the decision stands."""
    context = await _waits(job, days=15)
    lock = "select from registration_jobs where id = :job for update"
    async with holding_lock(tenant.everything, lock, job=job.job.job_id) as answering:
        expiring = asyncio.create_task(expire(*_looks(context)))
        await wait_for_lock_waiters(tenant.everything, query="%registration_jobs%for no key update%")
        decided = "update registration_job_steps set status = 'completed' where job_id = :job and step_number = 5"
        await answering.execute(text(decided), {"job": job.job.job_id})
    assert await expiring == 0
    [row] = await job.query("select status from registration_job_steps where job_id = :job and step_number = 6")
    assert row["status"] == "pending"


async def test_a_batch_acquired_in_the_last_moment_is_not_touched(job: AtStep6, tenant: Tenant) -> None:
    """The batch waited for people when it was found; the process that has it by then handles its reminders."""
    await _waits(job, days=15)
    batch_id = job.job.batch_id
    await job.query("update registration_batch_jobs set started_at = clock_timestamp() where id = :id", id=batch_id)
    await job.query("update registration_jobs set status = 'action_required' where id = :job")
    await job.query(
        "update registration_leases set holder = null, expires_at = null, waiting_since = clock_timestamp()"
        " where batch_job_id = :id",
        id=batch_id,
    )
    lock = "select from registration_leases where batch_job_id = :batch for update"
    async with holding_lock(tenant.everything, lock, batch=batch_id) as taking:
        looking = asyncio.create_task(waiting_batches_to_start(tenant.database))
        await wait_for_lock_waiters(tenant.everything, query="%registration_leases%for update%")
        take = (
            "update registration_leases set holder = gen_random_uuid(), waiting_since = null,"
            " expires_at = clock_timestamp() + interval '1 h' where batch_job_id = :batch"
        )
        await taking.execute(text(take), {"batch": batch_id})
    assert batch_id not in {found for _, found in await looking}
    [row] = await job.query("select status from registration_jobs where id = :job")
    assert row["status"] == "action_required"
