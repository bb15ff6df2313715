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
from tests.registration.database.conftest import engine
from tests.registration.database.platform_server import GuestTenant, guest_place
from tests.registration.job_process import JobProcess
from tests.registration.on_platform import kai, open_browser
from tests.registration.slot_processes import SlotProcesses
from tests.registration.tenant import Tenant, register_directly

__all__ = ["kai", "open_browser"]


@pytest.fixture
def organisation() -> UUID:
    """An organisation of this test alone."""
    return uuid4()


@pytest_asyncio.fixture
async def tenant(database: Database, everything: AsyncConnection, sandbox: Sandbox, organisation: UUID) -> Tenant:
    """The database and the sandbox, for an organisation of this test alone."""
    await everything.execute(
        text("insert into organisations (id, name) values (:id, 'Kai Group')"), {"id": organisation}
    )
    return Tenant(database, everything, sandbox.url, organisation)


@pytest_asyncio.fixture
async def work(tenant: Tenant) -> AsyncGenerator[JobProcess]:
    """A process at work on a batch of one restaurant, whose registration on the platform is there."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as made:
        await register_directly(made)
        yield made


@pytest_asyncio.fixture
async def guest(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[GuestTenant]:
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
async def slot_processes(postgres: EmbeddedPostgres, slots_database: str) -> AsyncGenerator[SlotProcesses]:
    """The database without a ticket in it."""
    database = Database(postgres.url(slots_database))
    async with engine(postgres.url(slots_database)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("delete from registration_browser_slots"))
        yield SlotProcesses(database, everything)
    await database.close()
