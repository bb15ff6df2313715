"""The schema of our tables: where they are looked for, and where an installation has them now.

Ours are in `registration`, the platform's in `public`. SQL names tables without a schema; `SEARCH_PATH` finds them, and
ours first: the platform has tables of its own that are called as ours. Installations of older versions have ours in
`public` until the migration `registration_schema` moves them.
"""

from typing import Final

from sqlalchemy import Connection, text

from registration.database.row_security import POLICY
from registration.errors import MisconfiguredInstallation

OWN_SCHEMA: Final = "registration"
PLATFORM_SCHEMA: Final = "public"
SEARCH_PATH: Final = f"{OWN_SCHEMA}, {PLATFORM_SCHEMA}"
VERSION_TABLE: Final = "registration_schema_version"

_USE = "set local search_path = {path}"
_VERSION_IN = text("select to_regclass(:name) is not null")
_SCHEMA_THERE = text("select to_regnamespace(:name) is not null")
_MAY_MAKE = text(
    "select current_user, has_database_privilege(current_user, current_database(), 'create'), current_database()"
)
_MAY_CREATE_IN = text("select has_schema_privilege(current_user, :name, 'create')")
_OWN_INSTALLATION = text(
    "select 1 from pg_policies where schemaname = :schema and tablename = 'restaurants' and policyname = :policy"
)
_WITHOUT_PATH = text(
    """
    select quote_ident(datname) from pg_database d
    where datname = current_database() and pg_has_role(current_user, datdba, 'usage') and not exists (
        select from pg_db_role_setting s, unnest(s.setconfig) as one
        where s.setdatabase = d.oid and s.setrole = 0 and one like 'search\\_path=%')
    """
)


def use_search_path(connection: Connection, path: str = SEARCH_PATH) -> None:
    """Find tables by `path` until the transaction ends."""
    connection.exec_driver_sql(_USE.format(path=path))


def current_home(connection: Connection) -> str:
    """The schema that has our tables now, or will have them: `public` only until an older installation is moved."""
    old, new = (
        connection.scalar(_VERSION_IN, {"name": f"{schema}.{VERSION_TABLE}"})
        for schema in (PLATFORM_SCHEMA, OWN_SCHEMA)
    )
    return PLATFORM_SCHEMA if old and not new else OWN_SCHEMA


def prepare(connection: Connection) -> None:
    """Have new tables made where the others are; the schema is made if it is missing.

    Raises MisconfiguredInstallation where we may not make it, or make anything in it.
    """
    if current_home(connection) == PLATFORM_SCHEMA:
        use_search_path(connection, PLATFORM_SCHEMA)
        return
    have_schema(connection)
    use_search_path(connection)


def have_schema(connection: Connection) -> None:
    """Make the schema of our tables if it is missing. Raises MisconfiguredInstallation if we may not."""
    user, may_make, database = connection.execute(_MAY_MAKE).one()
    if not connection.scalar(_SCHEMA_THERE, {"name": OWN_SCHEMA}):
        if not may_make:
            raise MisconfiguredInstallation(
                f"the schema {OWN_SCHEMA} does not exist, and {user} may not make it in {database}: sign in as the"
                " owner of the tables (REGISTRATION_OWNER_DATABASE_URL); beside an existing platform, have its owner"
                " run what `registration db rights` prints"
            )
        connection.exec_driver_sql(f"create schema {OWN_SCHEMA}")
    if not connection.scalar(_MAY_CREATE_IN, {"name": OWN_SCHEMA}):
        raise MisconfiguredInstallation(
            f"{user} may make nothing in the schema {OWN_SCHEMA}: sign in as the owner of the tables"
            " (REGISTRATION_OWNER_DATABASE_URL)"
        )


def placed(connection: Connection, statement: str) -> str:
    """A statement written for tables of ours in `public`, for the schema that has them.

    The migrations before `registration_schema` were written so.
    """
    home = current_home(connection)
    return statement.replace(f"{PLATFORM_SCHEMA}.", f"{home}.").replace(f", {PLATFORM_SCHEMA},", f", {home},")


def is_own_installation(connection: Connection) -> bool:
    """Whether the platform's tables were made by our migrations, and not by a platform that was there."""
    return connection.scalar(_OWN_INSTALLATION, {"schema": PLATFORM_SCHEMA, "policy": POLICY}) is not None


def have_default_path(connection: Connection) -> None:
    """Let everybody who signs in to a database of our own find its tables, as with psql; our own code says it itself.

    A platform's database keeps its default, and a database of our own the one that somebody gave it.
    """
    database = connection.scalar(_WITHOUT_PATH)
    if database is not None and is_own_installation(connection):
        connection.exec_driver_sql(f"alter database {database} set search_path = {SEARCH_PATH}")
