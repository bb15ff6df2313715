"""Reminders and expiry: counted from when a job arrived, on real rows; a notice for each day, and an end."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from registration.models.batch import Batch
from registration.settings import Settings
from registration.sub_steps import SubStepName
from tasks.overdue import NOBODY_DECIDED, Transact, expire, remind
from tasks.resources import Resources
from tasks.steps import write
from tests.registration.place import Place
from tests.tasks.at_step_6 import AtStep6, at_step_6

pytestmark = pytest.mark.usefixtures("prefect_server")  # where the notices go

_DAYS = "update registration_job_steps set arrived_at = clock_timestamp() - make_interval(days => :days), {0}"
_AT_GATE = "status = 'action_required' where job_id = :job and step_number = 5"


@pytest_asyncio.fixture
async def job(place: Place) -> AsyncGenerator[AtStep6]:
    """One restaurant, on a clock that is not scaled."""
    async with at_step_6(place, "kai@example.nz") as [one]:
        settings = one.shared.settings.model_copy(update={"time_scale": 1.0})
        yield replace(one, shared=replace(one.shared, settings=settings))


async def _waits(job: AtStep6, days: float) -> Resources:
    await job.query(_DAYS.format(_AT_GATE), days=days)
    return job.shared


def _looks(shared: Resources) -> tuple[Batch, Settings, Transact]:
    """As the process that works on the batch looks."""
    return shared.batch, shared.settings, partial(write, shared)


async def _events(job: AtStep6, what: str) -> list[Any]:
    return await job.query("select * from registration_events where job_id = :job and what = :what", what=what)


async def test_who_waits_for_a_day_is_reminded_of_once_a_day(job: AtStep6) -> None:
    """The second look finds nobody; a day later the third does."""
    shared = await _waits(job, days=2)
    assert [one.job_id for one in await remind(*_looks(shared))] == [job.job.job_id]
    assert await remind(*_looks(shared)) == ()
    await job.query(
        "update registration_job_steps set last_reminded_at = clock_timestamp() - interval '25 hours'"
        " where job_id = :job"
    )
    assert len(await remind(*_looks(shared))) == 1
    assert [event["actor"] for event in await _events(job, "reminded")] == ["pipeline", "pipeline"]


async def test_who_came_an_hour_ago_is_left_in_peace(job: AtStep6) -> None:
    """Nor is anybody left out."""
    shared = await _waits(job, days=0)
    assert await remind(*_looks(shared)) == ()
    assert await expire(*_looks(shared)) == 0


async def test_after_two_weeks_the_job_is_skipped_with_the_reason(job: AtStep6) -> None:
    """And nobody is reminded of it any more."""
    shared = await _waits(job, days=15)
    assert await expire(*_looks(shared)) == 1
    [row] = await job.query("select status from registration_jobs where id = :job")
    assert row["status"] == "skipped"
    [step] = await job.query("select * from registration_job_steps where job_id = :job and step_number = 5")
    assert step["result_data"] == {"skipped": NOBODY_DECIDED}
    assert await remind(*_looks(shared)) == ()


async def test_an_unknown_effect_is_only_reminded_of(job: AtStep6) -> None:
    """However long it takes: somebody must find out."""
    await job.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true,"
        " sent_at = clock_timestamp() - interval '30 days' where job_id = :job and name = :name",
        name=SubStepName.MENU_IMPORT,
    )
    assert [one.gate for one in await remind(*_looks(job.shared))] == [None]
    assert await remind(*_looks(job.shared)) == ()
    shared = await _waits(job, days=30)
    assert await expire(*_looks(shared)) == 0
