"""A separate sandbox process on its own database, and clients of both."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

import pytest_asyncio
from pydantic import SecretStr

from dev.stack.databases import provide_extra_database
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from registration.database import schema
from tests.dev.sandbox.client import SERVICE_KEY, Platform
from tests.dev.sandbox.rows import Rows
from tests.plain_http import plain_http
from tests.servers import DATABASE

SANDBOX_DATABASE = f"{DATABASE}_sandbox_tests"
CALM = {"profile": "zero", "speed": 1, "account_spacing_seconds": 0, "time_scale": 1}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox_rows(postgres: EmbeddedPostgres, keys: Keys) -> AsyncGenerator[Rows]:
    """A migrated database for these tests alone."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    schema.upgrade(SecretStr(urls.owner))
    async with Rows(postgres.url(SANDBOX_DATABASE)) as rows:
        yield rows


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own_sandbox(
    postgres: EmbeddedPostgres, keys: Keys, sandbox_rows: Rows, stack_folder: Path
) -> AsyncGenerator[Sandbox]:
    """The process, with the platform's own database role."""
    urls = await provide_extra_database(postgres, keys, SANDBOX_DATABASE)
    folder = Path(mkdtemp(prefix="sandbox-tests-", dir=stack_folder))
    options = SandboxOptions(profile="zero", account_spacing_seconds=0)
    environment = base_environment(allow_external=False)
    running = await start_sandbox(urls.platform, SERVICE_KEY, folder, environment, options)
    yield running
    await running.child.stop()


@pytest_asyncio.fixture
async def sandbox_platform(own_sandbox: Sandbox, sandbox_rows: Rows) -> AsyncGenerator[Platform]:
    """The platform in its initial state, for a new organisation with every feature."""
    async with new_platform(own_sandbox, sandbox_rows) as client:
        await sandbox_rows.switch_on(client.organisation_id, "onboardingSync")
        yield client


@asynccontextmanager
async def new_platform(sandbox: Sandbox, rows: Rows) -> AsyncGenerator[Platform]:
    """A sandbox in its initial state, for a new organisation."""
    async with plain_http(sandbox.url) as http:
        for path in ("/sandbox/state", "/sandbox/faults"):
            await http.delete(path)
        [row] = await rows.query("INSERT INTO organisations (name) VALUES ('Tester') RETURNING id")
        client = Platform(http, row["id"])
        await client.behave(**CALM)
        yield client


@pytest_asyncio.fixture
async def restaurant_id(sandbox_platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(sandbox_platform.organisation_id)
