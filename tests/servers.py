"""The servers that all processes of a test run share: one Postgres and one Prefect server.

If several processes run tests, the process that distributes the tests starts both servers in a thread, before others
begin, and stops them at the end; if it is killed, the kernel ends them. Each test process has its own database
in that Postgres, and its own block documents on that Prefect server. A single test process starts the servers that its
tests need.
"""

import asyncio
import os
import threading
import traceback
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from dev.stack.databases import provide_databases
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.prefect_server import PrefectAddress, PrefectServer, start_prefect_server
from dev.stack.waiting import until
from registration.database.connections import DRIVER

# Tests that need schedules, late runs or the health of work pools have their own installation, not the shared server.
_SWITCHED_OFF = {
    f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in ("SCHEDULER", "LATE_RUNS", "FOREMAN")
}
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
DATABASE = f"registration_{_WORKER}" if _WORKER else "registration"
"""The registration database of this process's tests."""

BLOCK_DOCUMENTS = f"registration-{_WORKER}" if _WORKER else "registration"
"""The name of this process's block documents."""

_START_LIMIT = 120.0
_PORT, _FAILED = "prefect-server.port", "failed"


class SharedServers(threading.Thread):
    """The thread that runs both servers, from `start_postgres` until `stop`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="shared-servers")
        self.folder = folder
        self._postgres_runs = threading.Event()
        self._stopping = threading.Event()

    def start_postgres(self) -> None:
        """Start the thread, and return when Postgres runs; later users find it running and do not own it."""
        self.start()
        self._postgres_runs.wait()

    def stop(self) -> None:
        """Stop both servers, and wait for their end."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException:
            (self.folder / _FAILED).write_text(traceback.format_exc())
            raise
        finally:
            self._postgres_runs.set()

    async def _serve(self) -> None:
        async with EmbeddedPostgres(self.folder / "postgres", durable=False) as postgres:
            urls = await provide_databases(postgres, keys_of(self.folder))
            self._postgres_runs.set()
            async with prefect_server_on(urls.prefect, self.folder) as server:
                draft = self.folder / f"{_PORT}.new"
                draft.write_text(str(server.port))
                draft.rename(self.folder / _PORT)
                await asyncio.to_thread(self._stopping.wait)


@asynccontextmanager
async def prefect_server_on(database_url: str, folder: Path) -> AsyncGenerator[PrefectServer]:
    """Start a Prefect server for tests; it is stopped at the end."""
    environment = base_environment(allow_external=False) | _SWITCHED_OFF
    server = await start_prefect_server(database_url, folder, environment)
    try:
        yield server
    finally:
        await server.child.stop()


@asynccontextmanager
async def keeping_connections(url: str) -> AsyncGenerator[AsyncEngine]:
    """A pool of connections without a limit, which stay open until the end.

    No statement is prepared: a prepared `select *` fails once the columns of its table have changed.
    """
    url_of_driver, unprepared = make_url(url).set(drivername=DRIVER), {"prepare_threshold": None}
    engine = create_async_engine(url_of_driver, max_overflow=-1, pool_pre_ping=True, connect_args=unprepared)
    try:
        yield engine
    finally:
        await engine.dispose()


async def shared_prefect_server(folder: Path) -> PrefectAddress:
    """Wait for the shared Prefect server. Raises NotInTime; the file `failed` may contain the reason."""
    port, failed = folder / _PORT, folder / _FAILED
    await until(lambda: port.exists() or failed.exists(), "the shared Prefect server", _START_LIMIT, every=0.1)
    assert port.exists(), failed.read_text()
    return PrefectAddress(int(port.read_text()), folder / "prefect")


def keys_of(folder: Path) -> Keys:
    """The passwords of the roles in the Postgres of this folder."""
    return Keys(folder / "keys.json")
