"""A sandbox that answers as the platform is built."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from sqlalchemy import text

from dev.stack.databases import provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.database.session import Database
from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.conftest import SANDBOX_DATABASE, new_platform, own_sandbox, sandbox_platform, sandbox_rows
from tests.dev.sandbox.rows import Rows
from tests.registration.database.conftest import engine
from tests.registration.tenant import Tenant

__all__ = ["own_sandbox", "sandbox_platform", "sandbox_rows"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def playing(own_sandbox: Sandbox, sandbox_rows: Rows) -> AsyncGenerator[Platform]:
    """The platform as it is built, for answers that are played by name: each for an organisation of its own."""
    async with new_platform(own_sandbox, sandbox_rows) as client:
        yield client


@pytest_asyncio.fixture
async def tenant(
    sandbox_platform: Platform, own_sandbox: Sandbox, postgres: EmbeddedPostgres, keys: Keys
) -> AsyncGenerator[Tenant]:
    """The database of the platform as it is built, for an organisation of one test alone."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    database = Database(urls.app)
    async with engine(postgres.url(SANDBOX_DATABASE)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("set search_path = registration, public"))
        yield Tenant(database, everything, own_sandbox.url, sandbox_platform.organisation_id)
    await database.close()
