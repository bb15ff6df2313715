"""What tests of the domain share: an organisation of their own, the database as the application, a process at work."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls, provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.database import schema
from registration.database.session import Database
from tests.registration.at_work import AtWork
from tests.registration.database.conftest import engine
from tests.registration.database.platform_server import GuestPlace, guest_place
from tests.registration.on_platform import kai, open_browser
from tests.registration.place import Place, register_directly
from tests.registration.slots_place import SlotsPlace

__all__ = ["kai", "open_browser"]


@pytest.fixture
def organisation() -> UUID:
    """An organisation of this test alone."""
    return uuid4()


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


@pytest_asyncio.fixture
async def guest(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[GuestPlace]:
    """The platform's own database, in which nothing of ours is."""
    async with guest_place(postgres, database_urls) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def slots_database(postgres: EmbeddedPostgres, database_urls: DatabaseUrls, keys: Keys) -> str:
    """A migrated database beside the session's: a limit of browser slots holds over all that is in one."""
    assert database_urls.owner
    name = f"slots_{uuid4().hex}"
    urls = await provide_extra_database(postgres, keys, name)
    schema.upgrade(SecretStr(urls.owner))
    return name


@pytest_asyncio.fixture
async def slots_place(postgres: EmbeddedPostgres, slots_database: str) -> AsyncGenerator[SlotsPlace]:
    """The database without a ticket in it."""
    database = Database(postgres.url(slots_database))
    async with engine(postgres.url(slots_database)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("delete from registration_browser_slots"))
        yield SlotsPlace(database, everything)
    await database.close()
