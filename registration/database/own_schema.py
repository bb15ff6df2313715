"""The schema of our tables: where they are searched, and which schema an installation has them in now.

Our tables are in `registration`, the platform's in `public`. SQL names tables without a schema, and `SEARCH_PATH` finds
ours first, because the platform has tables with the names of ours. Installations of older versions have our tables in
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
    """Search tables by `path` until the transaction ends."""
    connection.exec_driver_sql(_USE.format(path=path))


def current_home(connection: Connection) -> str:
    """The schema that has our tables now or will have them: `public` only until an older installation is migrated."""
    old, new = (
        connection.scalar(_VERSION_IN, {"name": f"{schema}.{VERSION_TABLE}"})
        for schema in (PLATFORM_SCHEMA, OWN_SCHEMA)
    )
    return PLATFORM_SCHEMA if old and not new else OWN_SCHEMA


def prepare(connection: Connection) -> None:
    """Create new tables in the schema of the existing ones; create that schema if it is missing.

    Raises MisconfiguredInstallation if the role may not create the schema, or tables in it.
    """
    if current_home(connection) == PLATFORM_SCHEMA:
        use_search_path(connection, PLATFORM_SCHEMA)
        return
    ensure_schema(connection)
    use_search_path(connection)


def ensure_schema(connection: Connection) -> None:
    """Create the schema of our tables if it is missing. Raises MisconfiguredInstallation if the role may not."""
    user, may_make, database = connection.execute(_MAY_MAKE).one()
    if not connection.scalar(_SCHEMA_THERE, {"name": OWN_SCHEMA}):
        if not may_make:
            raise MisconfiguredInstallation(
                f"the schema {OWN_SCHEMA} does not exist, and {user} may not make it in {database}: sign in as the"
                " owner of the tables (REGISTRATION_OWNER_DATABASE_URL); beside an existing platform, have its owner"
                " grant the rights",
                code="RIGHTS_MISSING",
            )
        connection.exec_driver_sql(f"create schema {OWN_SCHEMA}")
    if not connection.scalar(_MAY_CREATE_IN, {"name": OWN_SCHEMA}):
        raise MisconfiguredInstallation(
            f"{user} may make nothing in the schema {OWN_SCHEMA}: sign in as the owner of the tables"
            " (REGISTRATION_OWNER_DATABASE_URL)"
        )


def in_current_home(connection: Connection, statement: str) -> str:
    """The statement, written for our tables in `public`, rewritten for the schema that has them.

    The migrations before `registration_schema` were written for `public`.
    """
    home = current_home(connection)
    return statement.replace(f"{PLATFORM_SCHEMA}.", f"{home}.").replace(f", {PLATFORM_SCHEMA},", f", {home},")


def is_own_installation(connection: Connection) -> bool:
    """True if our migrations made the platform's tables, False if a platform made them."""
    return connection.scalar(_OWN_INSTALLATION, {"schema": PLATFORM_SCHEMA, "policy": POLICY}) is not None


def ensure_default_path(connection: Connection) -> None:
    """Set the search path for everybody who signs in to our own database, for example with psql; our code sets its own.

    A platform's database keeps its default, and so does a database whose default a person has set.
    """
    database = connection.scalar(_WITHOUT_PATH)
    if database is not None and is_own_installation(connection):
        connection.exec_driver_sql(f"alter database {database} set search_path = {SEARCH_PATH}")
