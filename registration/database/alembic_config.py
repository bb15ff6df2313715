"""What every use of Alembic here shares: the path of the migrations, the sign-in, and the translation of errors."""

from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType

from alembic.config import Config
from psycopg.errors import InsufficientPrivilege, LockNotAvailable
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import SchemaItem

from registration.database.base import Base
from registration.database.connections import DRIVER
from registration.database.failures import first_line, strip_row_details, unavailable
from registration.database.own_schema import use_search_path
from registration.database.tables import (
    leads as lead_tables,
)
from registration.database.tables import (
    people as people_tables,
)
from registration.database.tables import (
    platform as platform_tables,
)
from registration.database.tables import (
    platform as platform_work_tables,
)
from registration.database.tables import (
    platform_records as platform_record_tables,
)
from registration.database.tables import (
    work as work_tables,
)
from registration.errors import DatabaseUnavailable, MisconfiguredInstallation
from registration.settings import Settings


def _of(*modules: ModuleType) -> frozenset[str]:
    names = {module.__name__ for module in modules}
    return frozenset(
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ in names and isinstance(mapper.local_table, Table)
    )


PLATFORM_TABLES = _of(platform_tables, platform_work_tables, platform_record_tables, lead_tables)
OWN_TABLES = _of(work_tables, people_tables)
_CONNECT_ARGS = {"connect_timeout": 5, "fallback_application_name": "registration db", "prepare_threshold": None}
"""A migration runs once, and may run behind a pooler, which keeps no prepared statements."""


def owner_url(settings: Settings) -> SecretStr:
    """The URL with which the owner of the tables signs in. Raises MisconfiguredInstallation if no database is set."""
    url = settings.owner_database_url or settings.database_url
    if url is None:
        raise MisconfiguredInstallation("no database is set: set REGISTRATION_OWNER_DATABASE_URL or DATABASE_URL")
    return url


def owner_engine(url: SecretStr) -> Engine:
    """A synchronous engine on psycopg 3 that keeps no connection open and searches our schema first.

    Raises MisconfiguredInstallation on an invalid URL.
    """
    try:
        parsed = make_url(url.get_secret_value()).set(drivername=DRIVER)
    except (ArgumentError, ValueError):
        raise MisconfiguredInstallation(
            "the database URL cannot be read: it must look like postgresql://user:password@host:port/database"
        ) from None
    engine = create_engine(parsed, poolclass=NullPool, connect_args=_CONNECT_ARGS, hide_parameters=True)
    strip_row_details(engine)
    event.listen(engine, "begin", use_search_path)
    return engine


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, independent of the working folder; if a connection is given, everything runs on it."""
    made = Config()
    made.set_main_option("script_location", "registration:database/migrations")
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


@contextmanager
def clear_errors() -> Generator[None]:
    """Translate errors of Postgres into ours, without the SQL.

    Raises DatabaseUnavailable if the database is away or a table is locked, MisconfiguredInstallation on a missing
    right.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if isinstance(error.orig, LockNotAvailable):
            cause = first_line(error)
            raise DatabaseUnavailable(f"a table is in use: {cause}: try again when less is going on") from None
        raise unavailable(error, "the database cannot be reached; start it, or check DATABASE_URL") from None
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        raise MisconfiguredInstallation(
            f"{first_line(error)}: sign in as the owner of the tables (REGISTRATION_OWNER_DATABASE_URL)"
        ) from None


def is_ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, compare_to: SchemaItem | None) -> bool:
    """True if the comparison with the models covers the object; objects that only the platform's database has are
    skipped.
    """
    if kind == "table":
        return name in Base.metadata.tables
    table = getattr(item, "table", None)
    of_platform = isinstance(table, Table) and table.name in PLATFORM_TABLES
    return not (reflected and compare_to is None and of_platform)
