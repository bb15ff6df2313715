"""Errors of the database driver as errors of this project: what is away, what is full, and what is no outage."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registration.errors import DatabaseFull, DatabaseUnavailable

AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeout, OSError)
"""The kinds of errors that can mean that the database is away; `is_transient` decides."""
_TRANSIENT_CODES = ("08", "25P03", "40", "53", "55P03", "57", "58")
"""Postgres errors that a retry may not meet: connection, idle timeout, deadlock, resources, lock, shutdown, system."""
_TOO_MANY_CONNECTIONS = "53300"
_FULL = (
    "too many clients already",
    "remaining connection slots are reserved",
    "too many connections for",
    "no more connections allowed",
    "query_wait_timeout",
)
"""The texts of a server without a free connection: three of Postgres, and two of PgBouncer, for its own clients
(`max_client_conn`) and for a connection to Postgres that did not become free. A refused sign-in has no code.
"""
_HINT = (
    "end processes that are not needed, or raise the server's limit of connections; the check of the installation"
    " shows which processes have them"
)


def is_transient(error: BaseException) -> bool:
    """True if the error is about the state of the server now; an error without a code means that the server did not
    answer.
    """
    code = _code(error)
    return code is None or code.startswith(_TRANSIENT_CODES)


def unavailable(error: BaseException, problem: str = "the database cannot be reached") -> DatabaseUnavailable:
    """The error for a database that did not do its work now: DatabaseFull if the server has no connection left."""
    reason = first_line(error)
    if _code(error) == _TOO_MANY_CONNECTIONS or any(text in reason for text in _FULL):
        return DatabaseFull(f"the database server has no connection left: {reason}", hint=_HINT)
    return DatabaseUnavailable(f"{problem}: {reason}")


def first_line(error: BaseException) -> str:
    """The first line of the driver's message: the other lines quote rows. The type's name if there is no message."""
    origin: object = getattr(error, "orig", None) or error
    return next(iter(str(origin).strip().splitlines()), type(origin).__name__)


def strip_row_details(engine: Engine) -> None:
    """Keep only the first line of a database error: the other lines quote the rejected row.

    The engine must also be created with `hide_parameters`.
    """
    event.listen(engine, "handle_error", _keep_first_line)


def _keep_first_line(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            message = str(error.args[0]).strip()
            error.args = (message.partition("\n")[0], *error.args[1:])


def _code(error: BaseException) -> str | None:
    code: str | None = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return code
