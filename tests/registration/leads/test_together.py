"""Two conversions at the same moment, and one that dies in the middle."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.local.databases import DatabaseUrls
from registration.models.conversion import BatchOfLeads
from tests.registration.leads.conftest import Leads
from tests.registration.store.rows import add
from tests.waiting import HANG


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
        await _somebody_waits(leads.everything, "%for update%")
    [one] = (await converting).already
    assert one.restaurant_id == restaurant_id
    assert len(await leads.restaurants()) == 1


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
        await _somebody_waits(leads.everything, "insert into restaurants%")
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


async def _somebody_waits(everything: AsyncConnection, query: str) -> None:
    waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike :query")
    async with asyncio.timeout(HANG):
        while not (await everything.execute(waiting, {"query": query})).scalar_one():
            await asyncio.sleep(0.01)
