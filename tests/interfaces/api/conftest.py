"""What tests of the REST API share: the application over HTTP, and an organisation of each test alone."""

import os
from collections.abc import AsyncGenerator, Generator
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from tests.interfaces.api.calling import Api, served_api
from tests.interfaces.api.operations import Untouched, ids_of
from tests.registration.conftest import organisation
from tests.registration.tenant import Tenant

if TYPE_CHECKING:
    from prefect.context import SettingsContext

__all__ = ["organisation"]

_ADDRESS = "PREFECT_API_URL"


@pytest.fixture(autouse=True)
def no_prefect_server(request: pytest.FixtureRequest) -> Generator[None]:
    """No Prefect server, unless the test asks for one: another test of this process may have connected it."""
    if "prefect_server" in request.fixturenames or _ADDRESS not in os.environ:
        yield
        return
    with pytest.MonkeyPatch.context() as changed:
        changed.delenv(_ADDRESS)
        changed.setattr("prefect.context.GLOBAL_SETTINGS_CONTEXT", _settings_without_server())
        yield


@cache
def _settings_without_server() -> "SettingsContext":
    """Prefect's settings of an environment without a server; read once, because that takes 30 ms of CPU."""
    from prefect.context import root_settings_context

    return root_settings_context()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api_client(database_urls: DatabaseUrls) -> AsyncGenerator[httpx.AsyncClient]:
    """The API on the session's database."""
    async with served_api(database_urls.app) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client_with_roles(database_urls: DatabaseUrls) -> AsyncGenerator[httpx.AsyncClient]:
    """The API on the session's database, where tokens name roles."""
    settings = {"api_role_claim": "role", "encryption_keys": Fernet.generate_key().decode()}
    async with served_api(database_urls.app, **settings) as client:
        yield client


@pytest_asyncio.fixture
async def tenant(database: Database, everything: AsyncConnection, organisation: UUID) -> Tenant:
    """An organisation of this test alone; there is no sandbox."""
    await everything.execute(text("insert into organisations (id, name) values (:id, 'Kai')"), {"id": organisation})
    return Tenant(database, everything, "http://localhost:1", organisation)


@pytest_asyncio.fixture
async def other(database: Database, everything: AsyncConnection) -> Tenant:
    """Another organisation."""
    query = text("insert into organisations (name) values ('Others') returning id")
    made = (await everything.execute(query)).scalar_one()
    return Tenant(database, everything, "http://localhost:1", made)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def untouched(
    client_with_roles: httpx.AsyncClient, database: Database, superusers: AsyncEngine
) -> AsyncGenerator[Untouched]:
    """An organisation of a file of tests that write nothing, as its administrators see it."""
    async with superusers.connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        query = text("insert into organisations (name) values ('Untouched') returning id")
        organisation_id = (await everything.execute(query)).scalar_one()
        ids = await ids_of(Tenant(database, everything, "http://localhost:1", organisation_id))
        yield Untouched(Api(client_with_roles, organisation_id), everything, ids)


@pytest_asyncio.fixture
async def roles(client_with_roles: httpx.AsyncClient, tenant: Tenant) -> Api:
    """The API as administrators of this test's organisation call it."""
    return Api(client_with_roles, tenant.organisation_id)


@pytest_asyncio.fixture
async def api(api_client: httpx.AsyncClient, tenant: Tenant) -> Api:
    """The API as a person of this test's organisation calls it."""
    return Api(api_client, tenant.organisation_id)
