"""A sandbox that answers as the platform is built."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from sqlalchemy import text

from deployments.local.databases import provide_extra_database
from deployments.local.keys import Keys
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.sandbox import Sandbox
from registration.store.session import Database
from tests.registration.place import Place
from tests.registration.store.conftest import engine
from tests.sandbox.client import Platform
from tests.sandbox.conftest import SANDBOX_DATABASE, faithful, new_platform, own_sandbox, sandbox_rows
from tests.sandbox.rows import Rows

__all__ = ["faithful", "own_sandbox", "sandbox_rows"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def playing(own_sandbox: Sandbox, sandbox_rows: Rows) -> AsyncGenerator[Platform]:
    """The platform as it is built, for answers that are played by name: each for an organisation of its own."""
    async with new_platform(own_sandbox, sandbox_rows) as client:
        yield client


@pytest_asyncio.fixture
async def place(
    faithful: Platform, own_sandbox: Sandbox, postgres: EmbeddedPostgres, keys: Keys
) -> AsyncGenerator[Place]:
    """The database of the platform as it is built, for an organisation of one test alone."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    database = Database(urls.app)
    async with engine(postgres.url(SANDBOX_DATABASE)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("set search_path = registration, public"))
        yield Place(database, everything, own_sandbox.url, faithful.organisation_id)
    await database.close()
