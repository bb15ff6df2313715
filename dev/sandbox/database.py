"""The sandbox's connection to the platform's tables: a small pool that survives a restart of Postgres."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from dev.sandbox.refusals import DatabaseAway
from dev.sandbox.tables import complete

Connection = AsyncConnection[DictRow]
Parameters = Mapping[str, object]

AWAY = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable)
PATIENCE_SECONDS = 300.0
log = logging.getLogger(__name__)


class Database:
    """Connects on first use, holds at most `size` connections, and drops broken connections."""

    def __init__(self, url: str, size: int = 8) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._idle: list[Connection] = []
        self._slots = asyncio.Semaphore(size)

    async def read(self, sql: LiteralString, parameters: Parameters) -> list[DictRow]:
        """Rows of a query; raises DatabaseAway if the query also fails on a fresh connection."""
        try:
            return await self._run(sql, parameters)
        except DatabaseAway:
            await self.close()
            return await self._run(sql, parameters)

    async def write(self, sql: LiteralString, parameters: Parameters) -> None:
        """Write a result, retrying until the database is there: the effect has happened and must be recorded.

        The statement must be one that may run twice. Raises DatabaseAway after five minutes.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                await self.read(sql, parameters)
                return
            except DatabaseAway:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                log.warning("the database is away, trying again")
                await asyncio.sleep(0.5)

    async def write_unseen(self, sql: LiteralString, parameters: Parameters) -> None:
        """Write without checking the result, as the platform does in places: refused rows are lost."""
        try:
            await self.write(sql, parameters)
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            log.info("the platform does not see this refusal: %s", error.diag.message_primary)

    async def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            await self._idle.pop().close()

    async def _run(self, sql: LiteralString, parameters: Parameters) -> list[DictRow]:
        async with self._connection() as connection:
            cursor = await connection.execute(sql, parameters)
            return await cursor.fetchall() if cursor.description else []

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        async with self._slots:
            try:
                connection = self._idle.pop() if self._idle else await self._connect()
                async with _closed_if_broken(connection):
                    yield connection
                self._idle.append(connection)
            except AWAY as error:
                raise DatabaseAway(type(error).__name__) from error

    async def _connect(self) -> Connection:
        connection = await AsyncConnection[DictRow].connect(
            self._url,
            autocommit=True,
            connect_timeout=3,
            row_factory=dict_row,
            application_name="sandbox",
            options="-c timezone=UTC",
        )
        try:
            await complete(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            log.warning(
                "the platform's tables are incomplete, without the right to complete them: %s",
                error.diag.message_primary,
            )
        return connection


@asynccontextmanager
async def _closed_if_broken(connection: Connection) -> AsyncGenerator[None]:
    try:
        yield
    except BaseException:
        await connection.close()
        raise
