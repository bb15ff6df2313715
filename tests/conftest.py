"""What tests share: embedded Postgres, a real Prefect server, the sandbox; each starts when first asked for."""

import os
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio
from prefect.context import refresh_global_settings_context
from prefect.logging.handlers import APILogHandler
from pydantic import SecretStr
from xdist.scheduler import LoadFileScheduling

from deployments.local import browser
from deployments.local.databases import DatabaseUrls, provide_databases
from deployments.local.environment import base_environment
from deployments.local.keys import Keys
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.prefect_server import PrefectServer, start_prefect_server
from deployments.local.sandbox import Sandbox, SandboxOptions, start_sandbox
from deployments.local.temporary import temporary_folder
from registration.store import schema

# Tests make fake data and kill servers: nothing in our environment may lead them to a live one.
_OWN = base_environment(allow_external=False)
os.environ.clear()
os.environ.update(_OWN)
_EVIDENCE = TemporaryDirectory(prefix="registration-evidence-")
os.environ["REGISTRATION_EVIDENCE_FOLDER"] = _EVIDENCE.name


class Dealer(LoadFileScheduling):
    """Deals out whole files when tests run side by side; tests/e2e shares one installation, and so one process."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return "tests/e2e" if file.startswith("tests/e2e/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealer:
    """What the processes are given their tests by."""
    return Dealer(config, log)


@pytest.fixture(scope="session")
def stack_folder() -> Generator[Path]:
    """A folder for servers' data and logs, which the account that runs Postgres can reach."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture
def short_folder() -> Generator[Path]:
    """The same for one test."""
    with temporary_folder() as folder:
        yield folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(stack_folder: Path) -> AsyncGenerator[EmbeddedPostgres]:
    """The test session's own Postgres."""
    async with EmbeddedPostgres(stack_folder / "postgres", durable=False) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_urls(postgres: EmbeddedPostgres, stack_folder: Path) -> DatabaseUrls:
    """The addresses, one per role, of a database with all migrations applied."""
    urls = await provide_databases(postgres, Keys(stack_folder / "keys.json"))
    schema.upgrade(SecretStr(urls.owner))
    return urls


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prefect_server(database_urls: DatabaseUrls, stack_folder: Path) -> AsyncGenerator[PrefectServer]:
    """A real Prefect server, which this process's own Prefect client then talks to."""
    server = await start_prefect_server(database_urls.prefect, stack_folder, base_environment(allow_external=False))
    with pytest.MonkeyPatch.context() as environment:
        for name, value in server.client_environment().items():
            environment.setenv(name, value)
        refresh_global_settings_context()
        yield server
        await APILogHandler.aflush()
    refresh_global_settings_context()
    await server.child.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(database_urls: DatabaseUrls, stack_folder: Path) -> AsyncGenerator[Sandbox]:
    """The sandbox as a process on the session's database: no latency worth mentioning, no spacing, no troubles."""
    options = SandboxOptions(speed=1000, account_spacing_seconds=0)
    environment = base_environment(allow_external=False)
    running = await start_sandbox(database_urls.platform, "test-service-key", stack_folder, environment, options)
    yield running
    await running.child.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def usable_browser() -> None:
    """A browser that can be driven; without one the test is skipped."""
    if not await browser.usable_browser():
        pytest.skip(browser.NO_BROWSER)
