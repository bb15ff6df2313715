"""A Prefect server for tests that bootstrap it or remove objects from it; no other test uses it."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from prefect.client.orchestration import PrefectClient

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.prefect_server import PrefectAddress
from dev.stack.temporary import temporary_folder
from registration.database.provisioning import Login, provide
from tests.conftest import client_configured_for
from tests.logs import logs_in
from tests.prefect_clients import client_of
from tests.servers import prefect_server_on

_DATABASE = "prefect_installations"


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def prefect_server(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[PrefectAddress]:
    """The server, stopped after the last of these tests."""
    url = f"{database_urls.prefect.rpartition('/')[0]}/{_DATABASE}"
    owner, application = Login.of(database_urls.owner), Login.of(database_urls.app)
    await provide(postgres.url(), owner=owner, application=application, others=(Login.of(url),))
    with temporary_folder() as folder, logs_in(folder):
        async with prefect_server_on(url, folder) as server:
            with client_configured_for(server):
                yield server


@pytest_asyncio.fixture
async def client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of that server."""
    async with client_of(prefect_server) as client:
        yield client
