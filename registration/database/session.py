"""The only session factory: every transaction belongs to one organisation and runs as the application role."""

import asyncio
import copy
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CursorResult, Engine, Executable, ScalarResult, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction, create_async_engine

from registration.database.own_schema import SEARCH_PATH
from registration.errors import DatabaseUnavailable

APPLICATION_ROLE = "registration_app"
DRIVER = "postgresql+psycopg"
NO_ORGANISATION = UUID(int=0)
"""The organisation of a transaction that sees no organisation's rows."""
Result = TypeVar("Result")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_BEGIN = (
    "begin {access}; set local role {role}; set local search_path = {path};"
    " set local app.organisation_id = '{organisation}';"
    " set local idle_in_transaction_session_timeout = '{idle:.0f}ms'"
)
"""One round trip. The settings end with the transaction: the driver commits or rolls back the open transaction."""
_SET_ACTOR = text("select set_config('app.actor_id', :actor_id, true)")
_NOW = text("select clock_timestamp()")
_ORGANISATION = text("select exists (select from organisations where id = :organisation)")
_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, OSError)
_TRANSIENT_CODES = ("08", "25P03", "40", "53", "55P03", "57", "58")
"""Postgres errors that a retry may not meet: connection, idle timeout, deadlock, resources, lock, shutdown, system."""


def strip_row_details(engine: Engine) -> None:
    """Keep only the first line of a database error: the other lines quote the rejected row.

    The engine must also be created with `hide_parameters`.
    """
    event.listen(engine, "handle_error", _keep_first_line)


def _keep_first_line(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            said = str(error.args[0]).strip()
            error.args = (said.partition("\n")[0], *error.args[1:])


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

    `url` is any Postgres URL; the driver is always psycopg 3, which also receives `connect_args`. Each transaction
    takes on the application role, so that row-level security binds owners and superusers too. Postgres ends a
    transaction that sends no statement for `idle_seconds`: a frozen process or a lost machine must not keep its locks.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = 10,
        idle_seconds: float = 20,
        connect_args: Mapping[str, object] | None = None,
    ) -> None:
        self._idle_milliseconds = 1000 * idle_seconds
        self._actor_id: str | None = None
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername=DRIVER),
            # The driver would send its own `begin`, which costs every transaction one more round trip.
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            pool_pre_ping=False,
            connect_args={"connect_timeout": 5, **(connect_args or {})},
            hide_parameters=True,
        )
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
        Postgres cannot be reached, the connection breaks, or the transaction was idle too long.
        """
        try:
            async with self._engine.begin() as connection:
                begin = _BEGIN.format(
                    access="read only" if read_only else "read write",
                    role=APPLICATION_ROLE,
                    path=SEARCH_PATH,
                    organisation=organisation_id,
                    idle=self._idle_milliseconds,
                )
                await connection.exec_driver_sql(begin)
                if self._actor_id is not None and not read_only:
                    await connection.execute(_SET_ACTOR, {"actor_id": self._actor_id})
                yield Transaction(connection, organisation_id)
        except _AWAY as error:
            if not _is_transient(error):
                raise
            raise DatabaseUnavailable(f"the database cannot be reached: {_first_line(error)}") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


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


def _is_transient(error: BaseException) -> bool:
    """True if the error is about the state of the server now; an error without a code means that the server did not
    answer.
    """
    code: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code is None or code.startswith(_TRANSIENT_CODES)


def _first_line(error: BaseException) -> str:
    origin: Any = getattr(error, "orig", None) or error
    return str(origin).strip().splitlines()[0] if str(origin).strip() else type(origin).__name__


async def organisation_exists(transaction: Transaction) -> bool:
    """True if the transaction's organisation exists."""
    return bool((await transaction.execute(_ORGANISATION, {"organisation": transaction.organisation_id})).scalar_one())


async def database_now(transaction: Transaction) -> datetime:
    """The current time of the database."""
    return (await transaction.execute(_NOW)).scalar_one()
