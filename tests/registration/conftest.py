"""What tests of the domain share: an organisation of their own, the database as the application, a process at work."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deployments.local.databases import DatabaseUrls
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.sandbox import Sandbox
from registration.store.session import Database
from tests.registration.at_work import AtWork
from tests.registration.place import Place, register_directly
from tests.registration.store.conftest import engine


@pytest.fixture
def organisation() -> UUID:
    """An organisation of this test alone."""
    return uuid4()


@pytest_asyncio.fixture
async def database(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """The session factory on the migrated database, signed in as the application."""
    made = Database(database_urls.app)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def everything(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[AsyncConnection]:
    """A superuser's connection to the migrated database, each statement a transaction of its own."""
    assert database_urls.owner
    async with engine(postgres.url("registration")).connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


@pytest_asyncio.fixture
async def place(database: Database, everything: AsyncConnection, sandbox: Sandbox, organisation: UUID) -> Place:
    """The database and the sandbox, for an organisation of this test alone."""
    await everything.execute(
        text("insert into organisations (id, name) values (:id, 'Kai Group')"), {"id": organisation}
    )
    return Place(database, everything, sandbox.url, organisation)


@pytest_asyncio.fixture
async def work(place: Place) -> AsyncGenerator[AtWork]:
    """A process at work on a batch of one restaurant, whose registration on the platform is there."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as made:
        await register_directly(made)
        yield made
