"""What tests of the console share: the program of API and console over HTTP, and a signed-in person."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest_asyncio
from playwright.async_api import Browser

from dev.stack.databases import DatabaseUrls
from dev.stack.network import free_port
from registration.companies.website.browser_launch import start_browser
from tests.interfaces.api.conftest import no_prefect_server, organisation, other, tenant
from tests.interfaces.console.browsing import Desktop, Serving, at_desk
from tests.interfaces.console.streaming import Signed, signed_at_streams
from tests.interfaces.console.visiting import Visit, served, signed_in
from tests.registration.tenant import Tenant

__all__ = ["no_prefect_server", "organisation", "other", "tenant"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def transport(database_urls: DatabaseUrls) -> AsyncGenerator[httpx.AsyncBaseTransport]:
    """The program on the session's database."""
    async with served(database_urls.app) as made:
        yield made


@pytest_asyncio.fixture
async def visit(transport: httpx.AsyncBaseTransport, tenant: Tenant) -> AsyncGenerator[Visit]:
    """An operator of this test's organisation, signed in."""
    async with signed_in(transport, tenant) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def serving(database_urls: DatabaseUrls, stack_folder: Path) -> AsyncGenerator[Serving]:
    """The program of these tests."""
    made = Serving(database_urls, stack_folder, free_port(None))
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(usable_browser: None) -> AsyncGenerator[Browser]:
    """The browser of these tests."""
    running = await start_browser()
    yield running.browser
    await running.end()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, serving: Serving, tenant: Tenant) -> AsyncGenerator[Desktop]:
    """A person of this test's organisation at the console."""
    async with at_desk(browser, serving, tenant) as made:
        yield made


@pytest_asyncio.fixture
async def visitor(tenant: Tenant) -> Signed:
    """A person of this test's organisation who reads streams."""
    return await signed_at_streams(tenant)
