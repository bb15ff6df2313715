"""Two conversions at the same moment, and one that dies in the middle."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.leads.models import BatchOfLeads
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.database.rows import add
from tests.registration.leads.conftest import Leads


async def test_two_conversions_at_once_convert_each_lead_once(leads: Leads) -> None:
    """One waits for the other; what they both were asked for is told as converted already."""
    first, second, third = await leads.add(3, restaurant_name="Kai")
    both = await asyncio.gather(leads.convert(first, second), leads.convert(second, third))
    assert sorted(len(done.converted) for done in both) == [1, 2]
    assert [len(done.already) for done in both if len(done.converted) == 1] == [1]
    assert len({row["slug"] for row in await leads.restaurants()}) == 3


async def test_the_platforms_own_conversion_at_the_same_moment_wins(leads: Leads) -> None:
    """A lead whose row somebody else is just converting is waited for, and not converted again."""
    [lead_id] = await leads.add(1)
    restaurant_id = await add(leads.everything, "restaurants", leads.organisation_id)
    async with leads.everything.engine.begin() as platform:
        await platform.execute(
            text("update leads set converted_to_restaurant_id = :restaurant where id = :id"),
            {"restaurant": restaurant_id, "id": lead_id},
        )
        converting = asyncio.create_task(leads.convert(lead_id))
        await wait_for_lock_waiters(leads.everything, query="%for update%")
    [one] = (await converting).already
    assert one.restaurant_id == restaurant_id
    assert len(await leads.restaurants()) == 1


async def test_what_the_platform_changes_at_the_same_moment_is_converted(leads: Leads) -> None:
    """A lead that was waited for is read after the wait, with its scrape job."""
    [lead_id] = await leads.add(1, store_link="https://www.doordash.com/store/kai-1", restaurant_name="Kai")
    correcting = (
        "with corrected as (update lead_scrape_jobs set platform = 'doordash' where id = :job)"
        " update leads set restaurant_name = 'Kai Two' where id = :lead"
    )
    async with holding_lock(leads.everything, correcting, job=leads.scrape_job_id, lead=lead_id):
        converting = asyncio.create_task(leads.lock(lead_id))
        await wait_for_lock_waiters(leads.everything, query="%for update%")
    read = await converting
    assert (read.restaurant_name, read.platform) == ("Kai Two", "doordash")


@pytest.mark.parametrize("named", [False, True])
async def test_a_lead_that_is_disqualified_at_the_same_moment_is_converted_only_if_it_was_named(
    leads: Leads, named: bool
) -> None:
    """Of the qualified ones it was chosen before its row was free; whoever names a lead wants just that one."""
    gone, kept = await leads.add(2)
    disqualifying = "update leads set step_progression_status = 'failed' where id = :lead"
    async with holding_lock(leads.everything, disqualifying, lead=gone):
        wanted = leads.convert(gone, kept) if named else leads.convert(scrape_job_id=leads.scrape_job_id)
        converting = asyncio.create_task(wanted)
        await wait_for_lock_waiters(leads.everything, query="%for update%")
    assert [one.lead_id for one in (await converting).converted] == ([gone, kept] if named else [kept])


@pytest.mark.faults
async def test_a_process_that_is_killed_in_the_middle_leaves_nothing_half_done(
    leads: Leads, database_urls: DatabaseUrls
) -> None:
    """Two of four leads were written when it died; run again all four are converted, into one batch."""
    ids = await leads.add(4)
    async with _slug_is_being_taken(leads, "kai-3"):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.registration.leads.converting"),
            *(database_urls.app, str(leads.organisation_id), str(leads.scrape_job_id)),
        )
        await wait_for_lock_waiters(leads.everything, query="insert into restaurants%")
        process.kill()
        await process.wait()
    assert (await leads.restaurants(), await leads.batches()) == ([], [])
    done = await leads.convert(scrape_job_id=leads.scrape_job_id, batch=BatchOfLeads())
    assert [one.lead_id for one in done.converted] == ids
    assert [batch["size"] for batch in await leads.batches()] == [4]


@asynccontextmanager
async def _slug_is_being_taken(leads: Leads, name: str) -> AsyncGenerator[None]:
    """Whoever wants this slug waits inside; then nobody has taken it."""
    async with leads.everything.engine.connect() as other:
        slug = f"{name}-{str(leads.organisation_id)[:8]}"
        await add(other, "restaurants", UUID(int=7), slug=slug)
        yield
        await other.rollback()
