"""The only session factory: every transaction belongs to one organisation and runs as the application role."""

import asyncio
import copy
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, Executable, ScalarResult, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from registration.database.connections import (
    IDLE_SECONDS,
    MOST_CONNECTIONS,
    PATIENCE_SECONDS,
    ConnectionTurns,
    open_engine,
)
from registration.database.failures import AWAY, is_transient, strip_row_details, unavailable
from registration.database.own_schema import SEARCH_PATH
from registration.errors import DatabaseFull, DatabaseUnavailable

APPLICATION_ROLE = "registration_app"
NO_ORGANISATION = UUID(int=0)
"""The organisation of a transaction that sees no organisation's rows."""
Result = TypeVar("Result")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_BEGIN = (
    "begin read {access}; set local role {role}; set local search_path = {path};"
    " set local app.organisation_id = '{organisation}';"
    " set local idle_in_transaction_session_timeout = '{idle:.0f}ms'"
)
"""One round trip. The settings end with the transaction: the driver commits or rolls back the open transaction."""
_SET_ACTOR = text("select set_config('app.actor_id', :actor_id, true)")
_NOW = text("select clock_timestamp()")
_ORGANISATION = text("select exists (select from organisations where id = :organisation)")
_PAUSES = (0.2, 0.4, 0.8, 1.6)
"""Seconds between the attempts to get a connection from a server that is full."""


@dataclass(frozen=True)
class Transaction:
    """An open transaction and the organisation whose rows it sees; the first parameter of every query function."""

    connection: AsyncConnection
    organisation_id: UUID

    async def execute(self, query: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Execute a query; a list of parameter sets executes it once for each set."""
        return await self.connection.execute(query, parameters)

    async def scalar(self, query: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, None if there is no row."""
        return await self.connection.scalar(query, parameters)

    async def scalars(self, query: Executable, parameters: Mapping[str, Any] | None = None) -> ScalarResult[Any]:
        """Return the first column of every row."""
        return await self.connection.scalars(query, parameters)

    def savepoint(self) -> AsyncTransaction:
        """A savepoint: an error inside of it rolls back to here and leaves the transaction usable."""
        return self.connection.begin_nested()


class Database:
    """Connections to Postgres for one process; opened lazily, closed with `close`.

    `url` is any Postgres URL; the driver is always psycopg 3, which also receives `connect_args`. `application` names
    the process in `pg_stat_activity`. Each transaction takes on the application role, so that row-level security binds
    owners and superusers too. All settings of a transaction end with it, so that it works behind a pooler. Postgres
    ends a transaction that sends no statement for `idle_seconds`: a frozen process or a lost machine must not keep its
    locks. Another connection is opened, up to `pool_size`, when a transaction has waited `patience` seconds for its
    turn; one that was not needed for `spare_seconds` is closed, and one stays open.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = MOST_CONNECTIONS,
        idle_seconds: float = 20,
        connect_args: Mapping[str, object] | None = None,
        *,
        application: str = "registration",
        patience: float = PATIENCE_SECONDS,
        spare_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._idle_milliseconds = 1000 * idle_seconds
        self._actor_id: str | None = None
        self._engine = open_engine(url, pool_size, application, connect_args or {})
        self._turns = ConnectionTurns(self._engine, pool_size, patience, spare_seconds)
        strip_row_details(self._engine.sync_engine)

    def acting_as(self, actor_id: str) -> "Database":
        """The same connections for a signed-in person: each event that is written keeps the person's id."""
        acting = copy.copy(self)
        acting._actor_id = actor_id
        return acting

    @asynccontextmanager
    async def transaction(self, organisation_id: UUID, *, read_only: bool = False) -> AsyncGenerator[Transaction]:
        """One short transaction that sees only this organisation; committed at the end, rolled back on any error.

        In a `read_only` transaction Postgres refuses every write and every row lock. Raises DatabaseUnavailable if
        Postgres cannot be reached, the connection breaks, or the transaction was idle too long; DatabaseFull if the
        server has no connection left, also after some attempts.
        """
        try:
            async with self._turns.turn(), self._connection() as connection, connection.begin():
                await connection.exec_driver_sql(self._begin(organisation_id, "only" if read_only else "write"))
                if self._actor_id is not None and not read_only:
                    await connection.execute(_SET_ACTOR, {"actor_id": self._actor_id})
                yield Transaction(connection, organisation_id)
        except AWAY as error:
            if not is_transient(error):
                raise
            raise unavailable(error) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._turns.stop()
        await self._engine.dispose()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[AsyncConnection]:
        """A connection of the pool, given back at the end, also when this task is cancelled."""
        connection = await self._connect()
        try:
            yield connection
        finally:
            await asyncio.shield(asyncio.create_task(connection.close()))

    async def _connect(self) -> AsyncConnection:
        """A connection of the pool. Other processes may give theirs back to a full server within seconds; a refusal
        that took longer than all pauses, as that of a pooler, is final.
        """
        given_up = time.monotonic() + sum(_PAUSES)
        for pause in _PAUSES:
            try:
                return await self._engine.connect()
            except AWAY as error:
                if not isinstance(unavailable(error), DatabaseFull) or time.monotonic() > given_up:
                    raise
            await asyncio.sleep(pause)
        return await self._engine.connect()

    def _begin(self, organisation_id: UUID, access: str) -> str:
        return _BEGIN.format(
            access=access,
            role=APPLICATION_ROLE,
            path=SEARCH_PATH,
            organisation=organisation_id,
            idle=self._idle_milliseconds,
        )


async def retry_until_available(
    work: Callable[[], Awaitable[Result]], *, give_up: Callable[[], bool], pause: float = 1.0
) -> Result:
    """Repeat `work` every `pause` seconds while the database is away, until `give_up()` is true; then raise the error.

    For states that must be written: a failing database is never an outcome.
    """
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            if give_up():
                raise
            await asyncio.sleep(pause)


async def organisation_exists(transaction: Transaction) -> bool:
    """True if the transaction's organisation exists."""
    return bool((await transaction.execute(_ORGANISATION, {"organisation": transaction.organisation_id})).scalar_one())


async def database_now(transaction: Transaction) -> datetime:
    """The current time of the database."""
    return (await transaction.execute(_NOW)).scalar_one()
