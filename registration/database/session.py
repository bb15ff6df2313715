"""The one session factory: every transaction belongs to one organisation and runs as the application role."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from registration.database.own_schema import SEARCH_PATH
from registration.errors import DatabaseUnavailable


def without_rows(engine: Engine) -> None:
    """Keep only the first line of what the database says of an error: the other lines quote the refused row.

    The engine itself must be made with `hide_parameters`.
    """
    event.listen(engine, "handle_error", _keep_first_line)


def _keep_first_line(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            said = str(error.args[0]).strip()
            error.args = (said.partition("\n")[0], *error.args[1:])


APPLICATION_ROLE = "registration_app"
DRIVER = "postgresql+psycopg"
NOBODY = UUID(int=0)
"""The organisation of a transaction that sees no organisation's rows."""

Result = TypeVar("Result")

_BEGIN = (
    "begin {access}; set local role {role}; set local search_path = {path};"
    " set local app.organisation_id = '{organisation}';"
    " set local idle_in_transaction_session_timeout = '{idle:.0f}ms'"
)
"""One round trip. It ends with the transaction: the driver commits or rolls back what it finds open."""

_NOW = text("select clock_timestamp()")
_ORGANISATION = text("select exists (select from organisations where id = :organisation)")

_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, OSError)
_PASSING = ("08", "25P03", "40", "53", "55P03", "57", "58")
"""Postgres errors that another try may not meet: connection, standstill, deadlock, means, lock, shutdown, system."""


class Database:
    """Connections to Postgres for one process; opened lazily, closed with `close`.

    `url` is any Postgres URL; the driver is always psycopg 3, which is given `connect_args` besides. Whoever signs in,
    each transaction takes on the application role, so that row-level security binds owners and superusers too.
    Postgres ends a transaction that asks for nothing for `idle_seconds`: a process that is frozen, or a machine that
    is gone, must not keep its locks.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = 10,
        idle_seconds: float = 20,
        connect_args: Mapping[str, object] | None = None,
    ) -> None:
        self._idle_milliseconds = 1000 * idle_seconds
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername=DRIVER),
            # The driver would send a `begin` of its own, as one more round trip of every transaction.
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=30,
            pool_pre_ping=False,
            connect_args={"connect_timeout": 5, **(connect_args or {})},
            hide_parameters=True,
        )
        without_rows(self._engine.sync_engine)

    @asynccontextmanager
    async def transaction(self, organisation_id: UUID, *, read_only: bool = False) -> AsyncGenerator[AsyncConnection]:
        """One short transaction that sees only this organisation; committed at the end, rolled back on any error.

        Postgres refuses every write and every row lock in one that is `read_only`. Raises DatabaseUnavailable when
        Postgres cannot be reached, the connection breaks, or it stood still too long.
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
                yield connection
        except _AWAY as error:
            if not _passes(error):
                raise
            raise DatabaseUnavailable(f"the database cannot be reached: {_first_line(error)}") from error

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


async def persistently(
    work: Callable[[], Awaitable[Result]], *, give_up: Callable[[], bool], pause: float = 1.0
) -> Result:
    """Do `work` again every `pause` seconds while the database is away, until `give_up()`; then raise what it raised.

    For states that must be written: a failing database is never an outcome.
    """
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            if give_up():
                raise
            await asyncio.sleep(pause)


def _passes(error: BaseException) -> bool:
    """Whether it says something about the server now; without a code it never answered."""
    code: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code is None or code.startswith(_PASSING)


def _first_line(error: BaseException) -> str:
    origin: Any = getattr(error, "orig", None) or error
    return str(origin).strip().splitlines()[0] if str(origin).strip() else type(origin).__name__


async def organisation_exists(connection: AsyncConnection, organisation_id: UUID) -> bool:
    """Whether there is such a tenant."""
    return bool((await connection.execute(_ORGANISATION, {"organisation": organisation_id})).scalar_one())


async def database_now(connection: AsyncConnection) -> datetime:
    """What time it is at the database."""
    return (await connection.execute(_NOW)).scalar_one()
