"""A process at work beside the platform as it is built, on its tables, by either way of asking."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from sqlalchemy import text

from dev.stack.databases import provide_extra_database
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.database.session import Database
from registration.settings import EvidenceSource
from tests.dev.sandbox.client import Platform
from tests.dev.sandbox.conftest import SANDBOX_DATABASE, own_sandbox, sandbox_rows
from tests.dev.sandbox.rows import Rows
from tests.platform_contract.conftest import sandbox_platform
from tests.registration.database.conftest import engine
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant

__all__ = ["as_built", "own_sandbox", "sandbox_platform", "sandbox_rows"]


@pytest_asyncio.fixture(params=[EvidenceSource.TABLES, EvidenceSource.HTTP])
async def as_built(
    request: pytest.FixtureRequest,
    sandbox_platform: Platform,
    sandbox_rows: Rows,
    own_sandbox: Sandbox,
    postgres: EmbeddedPostgres,
    keys: Keys,
) -> AsyncGenerator[JobProcess]:
    """One restaurant's job, and everything that one process works on it with."""
    assert sandbox_rows
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    database = Database(urls.app)
    async with engine(postgres.url(SANDBOX_DATABASE)).connect() as connection:
        everything = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await everything.execute(text("set search_path = registration, public"))
        tenant = Tenant(database, everything, own_sandbox.url, sandbox_platform.organisation_id)
        restaurant_id, _ = await tenant.restaurant()
        batch_id, jobs = await tenant.batch(restaurant_id)
        async with tenant.process(batch_id, jobs[restaurant_id], platform_evidence=request.param) as work:
            yield work
    await database.close()
