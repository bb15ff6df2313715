"""The connections of a process: how many are open, their name at the server, and what a pooler on the way changes."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from registration.errors import DatabaseUnavailable

DRIVER = "postgresql+psycopg"
MOST_CONNECTIONS = 4
"""Connections of a process that works; measured by `python -m dev.bench --only connections`."""
MOST_SERVING = 10
"""Connections of console and REST API, whose readers wait for nothing else."""
PATIENCE_SECONDS = 0.1
"""How long a transaction of a process that works waits for its turn before another connection is opened."""
IDLE_SECONDS = 30.0
"""A connection that was not needed for so long is closed."""
_WAIT_SECONDS = 30.0
_ALL_IN_USE = "all connections of this process to the database were in use for too long"
_PROCESS_ID = "select pg_backend_pid()"


def open_engine(url: str, size: int, application: str, connect_args: Mapping[str, object]) -> AsyncEngine:
    """An engine whose transactions begin and end by statements of the caller; connections are opened when needed.

    `application` is the process's name in `pg_stat_activity` unless the URL or `connect_args` give one.
    """
    engine = create_async_engine(
        make_url(url).set(drivername=DRIVER),
        # The driver would send its own `begin`, which costs every transaction one more round trip.
        isolation_level="AUTOCOMMIT",
        pool_size=size,
        max_overflow=0,
        # The connection that was used last is taken first, so that the others are idle and can be closed.
        pool_use_lifo=True,
        pool_pre_ping=False,
        connect_args={"connect_timeout": 5, "fallback_application_name": application, **connect_args},
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _prepare_nothing_behind_a_pooler)
    return engine


def _prepare_nothing_behind_a_pooler(connection: Any, _record: object) -> None:
    """Switch prepared statements off if a pooler answers in place of Postgres.

    A pooler in transaction mode, such as PgBouncer, gives each transaction any of its sessions at the server, and a
    prepared statement exists only in the session in which it was prepared. A pooler signs clients in with a process id
    of its own. Without a pooler prepared statements stay on: they save the server the parsing of repeated queries.
    """
    cursor = connection.cursor()
    cursor.execute(_PROCESS_ID)
    [process_id] = cursor.fetchone()
    cursor.close()
    driver = connection.driver_connection
    if process_id != driver.info.backend_pid:
        driver.prepare_threshold = None


async def is_pooled(connection: AsyncConnection) -> bool:
    """True if a pooler is between this process and Postgres."""
    driver = (await connection.get_raw_connection()).driver_connection
    return driver is not None and await connection.scalar(text(_PROCESS_ID)) != driver.info.backend_pid


class ConnectionTurns:
    """Gives transactions their turn at the connections of an engine, and closes connections that are not needed.

    A transaction that has waited `patience` seconds for its turn may open one connection more, up to `size`: to open
    one costs more time than most transactions last. Connections that were not needed for `idle_seconds` are closed. One
    stays open, so that a process that only waits keeps its place at a server that is full.
    """

    def __init__(self, engine: AsyncEngine, size: int, patience: float, idle_seconds: float) -> None:
        self._engine = engine
        self._size = size
        self._patience = patience
        self._idle_seconds = idle_seconds
        self._turns = asyncio.Semaphore(1)
        self._limit = 1
        self._open = self._used = 0
        self._busy_seconds = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None
        event.listen(engine.sync_engine, "connect", self._opened)
        event.listen(engine.sync_engine, "close", self._closed)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """The turn of one transaction. Raises DatabaseUnavailable if there is none within `_WAIT_SECONDS`."""
        await self._take()
        begun = time.monotonic()
        self._used += 1
        try:
            yield
        finally:
            self._used -= 1
            self._busy_seconds += time.monotonic() - begun
            self._turns.release()
            self._watch()

    async def stop(self) -> None:
        """Stop closing idle connections."""
        if self._timer is not None:
            self._timer.cancel()
        if self._closing is not None:
            self._closing.cancel()
            await asyncio.gather(self._closing, return_exceptions=True)

    async def _take(self) -> None:
        while self._turns.locked() and self._limit < self._size:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await self._turns.acquire()
                return
            if self._limit < self._size:
                self._limit += 1
                self._turns.release()
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise DatabaseUnavailable(_ALL_IN_USE) from None

    def _opened(self, _connection: object, _record: object) -> None:
        self._open += 1

    def _closed(self, _connection: object, _record: object) -> None:
        self._open -= 1

    def _watch(self) -> None:
        if self._limit > 1 and self._timer is None:
            self._busy_seconds = 0.0
            self._timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._check_surplus)

    def _check_surplus(self) -> None:
        """Close what exceeds twice the connections that were busy on average, and those that are busy now."""
        self._timer = None
        needed = max(1, self._used, math.ceil(2 * self._busy_seconds / self._idle_seconds))
        if needed < self._limit and (self._closing is None or self._closing.done()):
            self._closing = asyncio.create_task(self._close_idle(self._limit - needed))
        self._watch()

    async def _close_idle(self, surplus: int) -> None:
        """Close `surplus` connections, the longest idle first; the others go back to the pool last, where the next
        transactions take them first.
        """
        for _ in range(surplus):
            await self._turns.acquire()
            self._limit -= 1
        # A connection that broke meanwhile is opened anew, which fails while the server is away.
        with suppress(SQLAlchemyError, OSError):
            async with AsyncExitStack() as taken:
                idle = [
                    await taken.enter_async_context(self._engine.connect())
                    for _ in range(max(0, self._open - self._used))
                ]
                for connection in idle[max(0, self._limit - self._used) :]:
                    await connection.invalidate()
