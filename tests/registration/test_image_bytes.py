"""Queries about restaurants and leads return no bytes of images, measured on the line to Postgres."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest_asyncio
from sqlalchemy import make_url

from dev.stack.databases import DatabaseUrls
from registration.batches.detail_queries import read_job_details
from registration.configuration.state import read_config_state
from registration.database.session import Database, Transaction
from registration.effects.evidence.queries import read_links
from registration.gates.company_contexts import company_contexts
from registration.gates.config_contexts import config_contexts
from registration.leads.pending_queries import LeadFilter, pending_leads
from registration.leads.queries import lock_leads
from registration.operations.late_menu_queries import branding_is_done
from registration.reporting.result_queries import read_results
from registration.restaurants.detail_queries import ImageName, read_image, shown_restaurants
from registration.restaurants.extraction_queries import read_extractions
from registration.restaurants.list_queries import RestaurantFilter, list_restaurants
from registration.restaurants.queries import read_restaurant, restaurants_of_jobs, stored_restaurants
from registration.workflow.snapshot_queries import read_snapshot
from tests.registration.at_gate import AtGate, at_config_gate
from tests.registration.leads.make import add_leads, add_scrape_job
from tests.registration.tcp_proxy import TcpProxy, tcp_proxy
from tests.registration.tenant import Tenant

IMAGE = f"data:image/png;base64,{'A' * 500_000}"
MOST = 20_000
"""Bytes of an answer of Postgres: everything that is known about one restaurant, but its images."""

PROJECT = Path(__file__).parents[2]
READERS = {
    "registration/effects/evidence/queries.py",
    "registration/leads/pending_queries.py",
    "registration/leads/queries.py",
    "registration/operations/late_menu_queries.py",
}
"""The files of queries that name a column of an image; all others know them as `ImageName`."""

Reading = Callable[[Transaction, AtGate, UUID], Awaitable[object]]


@pytest_asyncio.fixture
async def line(database_urls: DatabaseUrls) -> AsyncGenerator[TcpProxy]:
    """A line to Postgres whose bytes are counted."""
    url = make_url(database_urls.app)
    async with tcp_proxy(str(url.host), int(url.port or 5432)) as made:
        yield made


@pytest_asyncio.fixture
async def counted(line: TcpProxy, database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """The database over that line."""
    url = make_url(database_urls.app).set(host="127.0.0.1", port=line.port)
    database = Database(url.render_as_string(hide_password=False))
    yield database
    await database.close()


async def _waiting_job(transaction: Transaction, waiting: AtGate) -> object:
    view = await read_snapshot(transaction, waiting.batch_id)
    jobs = (view.jobs[waiting.job_id],)
    return await config_contexts(transaction, jobs), await company_contexts(transaction, jobs)


READINGS: dict[str, Reading] = {
    "restaurant": lambda t, w, _: read_restaurant(t, w.restaurant_id),
    "restaurants of jobs": lambda t, w, _: restaurants_of_jobs(t, [w.job_id]),
    "known restaurants": lambda t, _w, _: stored_restaurants(t),
    "restaurants shown": lambda t, w, _: shown_restaurants(t, [w.restaurant_id]),
    "list of restaurants": lambda t, _w, _: list_restaurants(t, RestaurantFilter(search="kai"), limit=50),
    "extractions": lambda t, w, _: read_extractions(t, w.restaurant_id, datetime.now(UTC)),
    "configuration": lambda t, w, _: read_config_state(t, w.job_id),
    "gates": lambda t, w, _: _waiting_job(t, w),
    "batch": lambda t, w, _: read_job_details(t, w.batch_id),
    "branding": lambda t, w, _: branding_is_done(t, w.job_id),
    "results": lambda t, w, _: read_results(t, w.batch_id),
    "links": lambda t, w, _: read_links(t, w.restaurant_id),
    "lead that is converted": lambda t, _, lead: lock_leads(t, [lead]),
    "pending leads": lambda t, _w, _: pending_leads(t, LeadFilter(), limit=50),
}


async def test_only_one_query_returns_the_bytes_of_an_image(tenant: Tenant, counted: Database, line: TcpProxy) -> None:
    """Six images of 500 kB each on a restaurant, one on a lead."""
    waiting = await at_config_gate(tenant, **dict.fromkeys(ImageName, IMAGE))
    scrape_job = await add_scrape_job(tenant.everything, tenant.organisation_id)
    leads = await add_leads(tenant.everything, tenant.organisation_id, scrape_job, 1, ubereats_og_image=IMAGE)
    received = dict[str, int]()
    async with counted.transaction(tenant.organisation_id) as transaction:
        for name, read in READINGS.items():
            before = line.received_bytes
            await read(transaction, waiting, leads[0])
            received[name] = line.received_bytes - before
        before = line.received_bytes
        assert await read_image(transaction, waiting.restaurant_id, ImageName.LOGO) == IMAGE
    assert line.received_bytes - before > len(IMAGE)
    assert {name: count for name, count in received.items() if not 0 < count < MOST} == {}


async def test_the_images_of_a_restaurant_are_known(tenant: Tenant) -> None:
    """An address and a data URI are images, an empty text and a missing value are none."""
    columns = {"logo_url": IMAGE, "website_og_image": "https://kai.example.nz/1.jpg", "facebook_cover_image": ""}
    restaurant_id, _ = await tenant.restaurant(**columns)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        restaurant = await read_restaurant(transaction, restaurant_id)
    assert restaurant.images == {ImageName.LOGO, ImageName.WEBSITE}
    assert restaurant.has_logo


def test_no_other_file_names_a_column_of_an_image() -> None:
    """A query that reads one has to be added to the measured ones."""
    column = re.compile(rf"\b({'|'.join(ImageName)})\b")
    every = (file for folder in ("registration", "tasks", "flows") for file in (PROJECT / folder).rglob("*queries.py"))
    naming = {str(file.relative_to(PROJECT)) for file in every if column.search(file.read_text())}
    assert naming == READERS
