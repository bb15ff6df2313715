"""What tests of the console share: the program of API and console over HTTP, and a signed-in person."""

from collections.abc import AsyncGenerator

import httpx
import pytest_asyncio

from dev.stack.databases import DatabaseUrls
from tests.interfaces.api.conftest import no_prefect_server, organisation, other, tenant
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
