"""Fixtures of all tests: embedded Postgres, a real Prefect server, the sandbox; see tests/servers.py."""

import gc
import os
import re
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from prefect.context import refresh_global_settings_context
from prefect.logging.handlers import APILogHandler
from pydantic import SecretStr
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from xdist.scheduler import LoadFileScheduling

from dev.stack import browser
from dev.stack.databases import DatabaseUrls, provide_databases
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.prefect_server import PrefectAddress
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from dev.stack.temporary import temporary_folder
from registration.database import schema
from registration.database.session import Database
from registration.kit.garbage_collection import collect_rarely
from tests.logs import logs_in, pytest_runtest_makereport, pytest_runtest_setup
from tests.servers import (
    BLOCK_DOCUMENTS,
    DATABASE,
    SharedServers,
    keeping_connections,
    keys_of,
    prefect_server_on,
    shared_prefect_server,
)

__all__ = ["pytest_runtest_makereport", "pytest_runtest_setup"]

# Tests write fake data and kill servers: no variable of the environment may lead them to a live server.
_OWN = base_environment(allow_external=False)
os.environ.clear()
os.environ.update(_OWN)
os.environ["REGISTRATION_BLOCK_DOCUMENTS"] = BLOCK_DOCUMENTS

# A script that runs the tests in the background ignores interrupts, and programs inherit that: tested programs would
# not receive Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

collect_rarely()

_SERVERS = pytest.StashKey[ExitStack]()
_FOLDER = pytest.StashKey[Path]()


_TOGETHER = (
    r"tests/e2e/",
    r"tests/deployments/prefect_server/",
    r"tests/interfaces/api/served/",
    r"tests/interfaces/console/test_(accessible|\w*in_browser)\.py",
)


class SharedServersScheduling(LoadFileScheduling):
    """Distributes whole files to the test processes, and together those that share one installation or server."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return next((pattern for pattern in _TOGETHER if re.match(pattern, file)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedServersScheduling:
    """Choose the scheduling of test files."""
    return SharedServersScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run files with slow tests first, so that no process waits at the end for a long one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the garbage collector need not look at it."""
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests that compare answers with written examples can write the examples anew."""
    parser.addoption("--write-examples", action="store_true", help="write interfaces/api/answer_examples.json anew")


def pytest_configure(config: pytest.Config) -> None:
    """Start the shared servers, in the process that distributes the tests."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    exits = config.stash[_SERVERS] = ExitStack()
    folder = config.stash[_FOLDER] = exits.enter_context(temporary_folder())
    servers = SharedServers(folder)
    exits.callback(servers.stop)
    servers.start_postgres()


def pytest_configure_node(node: Any) -> None:
    """Pass the folder of the shared servers to a test process."""
    node.workerinput["servers"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the shared servers."""
    if exits := config.stash.get(_SERVERS, None):
        exits.close()


@pytest.fixture(scope="session")
def stack_folder() -> Generator[Path]:
    """A folder for servers' data and logs, which the account that runs Postgres can reach."""
    with temporary_folder() as folder, logs_in(folder):
        yield folder


@pytest.fixture
def short_folder() -> Generator[Path]:
    """A folder for the servers' data and logs of one test."""
    with temporary_folder() as folder, logs_in(folder):
        yield folder


@pytest.fixture(scope="session")
def servers_folder(request: pytest.FixtureRequest, stack_folder: Path) -> Generator[Path]:
    """The folder of Postgres and the Prefect server: shared by all test processes, if there are several."""
    shared: str | None = getattr(request.config, "workerinput", {}).get("servers")
    if shared is None:
        yield stack_folder
    else:
        with logs_in(Path(shared)):
            yield Path(shared)


@pytest.fixture(scope="session")
def keys(servers_folder: Path) -> Keys:
    """The passwords of the roles in the test session's Postgres."""
    return keys_of(servers_folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(servers_folder: Path) -> AsyncGenerator[EmbeddedPostgres]:
    """The test session's Postgres."""
    async with EmbeddedPostgres(servers_folder / "postgres", durable=False) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_urls(postgres: EmbeddedPostgres, keys: Keys) -> DatabaseUrls:
    """The addresses, one per role, of this process's database with all migrations applied."""
    urls = await provide_databases(postgres, keys, DATABASE)
    schema.upgrade(SecretStr(urls.owner))
    return urls


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """The session factory on the migrated database, signed in as the application; tests hold several transactions."""
    made = Database(database_urls.app, pool_size=10)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def superusers(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> AsyncGenerator[AsyncEngine]:
    """A superuser's connections to the migrated database, which stay open."""
    assert database_urls.owner
    async with keeping_connections(postgres.url(DATABASE)) as made:
        yield made


@pytest_asyncio.fixture
async def everything(superusers: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A superuser's connection to the migrated database, on which each statement is a transaction."""
    async with superusers.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


@pytest_asyncio.fixture
async def full_server(everything: AsyncConnection, database_urls: DatabaseUrls) -> AsyncGenerator[URL]:
    """The address of a role for which the server has no connection, until its limit is raised."""
    role = f"crowded_{uuid4().hex}"
    await everything.execute(text(f"create role {role} login password 'x' connection limit 0"))
    await everything.execute(text(f"grant registration_app to {role}"))
    yield make_url(database_urls.app).set(username=role, password="x")
    await everything.execute(text(f"drop role {role}"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prefect_server(
    database_urls: DatabaseUrls, stack_folder: Path, servers_folder: Path
) -> AsyncGenerator[PrefectAddress]:
    """A real Prefect server, to which this process's Prefect client is connected."""
    async with AsyncExitStack() as exits:
        if servers_folder == stack_folder:
            server: PrefectAddress = await exits.enter_async_context(
                prefect_server_on(database_urls.prefect, stack_folder)
            )
        else:
            server = await shared_prefect_server(servers_folder)
        with client_configured_for(server):
            yield server
            await APILogHandler.aflush()


@contextmanager
def client_configured_for(server: PrefectAddress) -> Generator[None]:
    """Connect this process's Prefect client to the server."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in server.client_environment().items():
            environment.setenv(name, value)
        refresh_global_settings_context()
        yield
    refresh_global_settings_context()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(database_urls: DatabaseUrls, stack_folder: Path) -> AsyncGenerator[Sandbox]:
    """The sandbox as a process on the session's database, with minimal latency, no spacing and no failures."""
    options = SandboxOptions(speed=1000, account_spacing_seconds=0)
    environment = base_environment(allow_external=False)
    running = await start_sandbox(database_urls.platform, "test-service-key", stack_folder, environment, options)
    yield running
    await running.child.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def usable_browser() -> None:
    """Skip the test without a browser that Playwright can drive."""
    if not await browser.usable_browser():
        pytest.skip(browser.NO_BROWSER)
