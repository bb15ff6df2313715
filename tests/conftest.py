"""What tests share: embedded Postgres, a real Prefect server, the sandbox; see tests/servers.py."""

import os
import signal
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio
from prefect.context import refresh_global_settings_context
from prefect.logging.handlers import APILogHandler
from pydantic import SecretStr
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

# Tests make fake data and kill servers: nothing in our environment may lead them to a live one.
_OWN = base_environment(allow_external=False)
os.environ.clear()
os.environ.update(_OWN)
_EVIDENCE = TemporaryDirectory(prefix="registration-evidence-")
os.environ["REGISTRATION_EVIDENCE_FOLDER"] = _EVIDENCE.name
os.environ["REGISTRATION_BLOCK_DOCUMENTS"] = BLOCK_DOCUMENTS

# Whoever starts the tests in the background of a script has interrupts ignored, and programs inherit that: those that
# are tried here would not hear Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

_SERVERS = pytest.StashKey[ExitStack]()
_FOLDER = pytest.StashKey[Path]()


_TOGETHER = ("tests/e2e/", "tests/deployments/prefect_server/")


class Dealer(LoadFileScheduling):
    """Deals out whole files when tests run side by side, and whole folders that share one installation or server."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, _ = nodeid.partition("::")
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealer:
    """What the processes are given their tests by."""
    return Dealer(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: no process waits at the end for one that another has just begun."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_configure(config: pytest.Config) -> None:
    """Start what the processes share, if this is the one that deals out the tests."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    exits = config.stash[_SERVERS] = ExitStack()
    folder = config.stash[_FOLDER] = exits.enter_context(temporary_folder())
    servers = SharedServers(folder)
    exits.callback(servers.stop)
    servers.begin()


def pytest_configure_node(node: Any) -> None:
    """Tell a process where the servers are."""
    node.workerinput["servers"] = str(node.config.stash[_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them."""
    if exits := config.stash.get(_SERVERS, None):
        exits.close()


@pytest.fixture(scope="session")
def stack_folder() -> Generator[Path]:
    """A folder for servers' data and logs, which the account that runs Postgres can reach."""
    with temporary_folder() as folder, logs_in(folder):
        yield folder


@pytest.fixture
def short_folder() -> Generator[Path]:
    """The same for one test."""
    with temporary_folder() as folder, logs_in(folder):
        yield folder


@pytest.fixture(scope="session")
def servers_folder(request: pytest.FixtureRequest, stack_folder: Path) -> Generator[Path]:
    """Where the data and logs of Postgres and the Prefect server are: of those that all processes share, if they do."""
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
    """The addresses, one per role, of a database with all migrations applied: of this process alone."""
    urls = await provide_databases(postgres, keys, DATABASE)
    schema.upgrade(SecretStr(urls.owner))
    return urls


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """The session factory on the migrated database, signed in as the application; its connections stay open."""
    made = Database(database_urls.app)
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
    """A superuser's connection to the migrated database, each statement a transaction of its own."""
    async with superusers.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prefect_server(
    database_urls: DatabaseUrls, stack_folder: Path, servers_folder: Path
) -> AsyncGenerator[PrefectAddress]:
    """A real Prefect server, which this process's own Prefect client then talks to."""
    async with AsyncExitStack() as exits:
        if servers_folder == stack_folder:
            server: PrefectAddress = await exits.enter_async_context(
                prefect_server_on(database_urls.prefect, stack_folder)
            )
        else:
            server = await shared_prefect_server(servers_folder)
        with talking_to(server):
            yield server
            await APILogHandler.aflush()


@contextmanager
def talking_to(server: PrefectAddress) -> Generator[None]:
    """This process's own Prefect client talks to the server."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in server.client_environment().items():
            environment.setenv(name, value)
        refresh_global_settings_context()
        yield
    refresh_global_settings_context()


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
