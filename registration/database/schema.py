"""Migrating the schema, and creating an organisation where the platform's tables are our own."""

from dataclasses import dataclass
from uuid import UUID

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, inspect, text

from registration.database import alembic_config as migrating
from registration.database import own_schema, roles
from registration.database.own_schema import is_own_installation
from registration.database.platform_schema import missing_parts, missing_rights
from registration.errors import MisconfiguredInstallation, Refused

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('registration db upgrade'))")
_MAKE = text("insert into organisations (id, name) values (:id, :name) on conflict (id) do nothing")


@dataclass(frozen=True)
class SchemaState:
    """The state of a database: its last migration, and its missing migrations, oldest first."""

    revision: str | None
    pending: tuple[str, ...]

    @property
    def current(self) -> bool:
        """True if no migration is missing."""
        return not self.pending


def check_current(url: SecretStr) -> SchemaState:
    """The migrations that the database lacks. Raises DatabaseUnavailable, MisconfiguredInstallation."""
    with migrating.clear_errors(), migrating.owner_engine(url).connect() as connection:
        return state_on(connection)


def upgrade(owner_url: SecretStr, existing_platform: bool = False) -> SchemaState:
    """Run every missing migration in one transaction, as the owner of the tables; returns the migrations that were
    missing.

    In an existing platform database the platform's tables are checked each time and never changed. Raises Refused if
    the database is not of the stated kind, MisconfiguredInstallation, DatabaseUnavailable.
    """
    with migrating.clear_errors(), migrating.owner_engine(owner_url).begin() as connection:
        connection.execute(_ONE_AT_A_TIME)
        before = state_on(connection)
        beside = _beside_platform(connection, before, existing_platform)
        if beside:
            _check_platform(connection)
        for revision in before.pending:
            if beside and _of_platform(revision):
                command.stamp(migrating.config(connection), revision)
            else:
                command.upgrade(migrating.config(connection), revision)
        own_schema.ensure_default_path(connection)
        return before


def downgrade(owner_url: SecretStr, to: str = "base") -> None:
    """Revert every migration after `to`, with all rows of its tables, in one transaction.

    Tables of an existing platform stay as they are. Raises Refused for an unknown migration.
    """
    with migrating.clear_errors(), migrating.owner_engine(owner_url).begin() as connection:
        connection.execute(_ONE_AT_A_TIME)
        state = state_on(connection)
        beside = state.revision is not None and not own_schema.is_own_installation(connection)
        for script in _above(to, state.revision):
            below = str(script.down_revision or "base")
            if beside and _of_platform(script.revision):
                command.stamp(migrating.config(connection), below)
            else:
                command.downgrade(migrating.config(connection), below)


def state_on(connection: Connection) -> SchemaState:
    """The state of the connected database. Raises Refused if a newer version of this program has migrated it."""
    revision = MigrationContext.configure(
        connection, opts={"version_table": own_schema.VERSION_TABLE}
    ).get_current_revision()
    names = _names()
    if revision is not None and revision not in names:
        raise Refused(f"the database is at migration {revision}, which this version does not know: install a newer one")
    done = 0 if revision is None else names.index(revision) + 1
    return SchemaState(revision, tuple(names[done:]))


def _scripts() -> list[Script]:
    return list(ScriptDirectory.from_config(migrating.config()).walk_revisions())


def _names() -> list[str]:
    return [script.revision for script in reversed(_scripts())]


def _above(to: str, revision: str | None) -> list[Script]:
    """The migrations after `to` up to `revision`, newest first."""
    names = _names()
    if to != "base" and to not in names:
        raise Refused(f"there is no migration {to}: choose base or one of {', '.join(names)}")
    first = 0 if to == "base" else names.index(to) + 1
    last = 0 if revision is None else names.index(revision) + 1
    return [script for script in _scripts() if script.revision in names[first:last]]


def _of_platform(revision: str) -> bool:
    return revision.startswith("platform_")


def _beside_platform(connection: Connection, state: SchemaState, beside_platform: bool) -> bool:
    """True if a platform made its own tables. Raises Refused if the caller states a kind that the database
    contradicts.
    """
    if state.revision is None:
        there = migrating.PLATFORM_TABLES & set(inspect(connection).get_table_names(own_schema.PLATFORM_SCHEMA))
        if there and not beside_platform:
            raise Refused(
                f"the table {min(there)} is there already: this is a platform's database", code="EXISTING_PLATFORM"
            )
        return beside_platform
    own = own_schema.is_own_installation(connection)
    if own and beside_platform:
        raise Refused("this database has platform tables that were made here: it is no platform's", code="OWN_PLATFORM")
    return not own


def _check_platform(connection: Connection) -> None:
    roles.require(connection, roles.APPLICATION)
    roles.require_membership(connection, roles.APPLICATION)
    if missing := missing_parts(connection):
        raise MisconfiguredInstallation(
            f"the platform's database lacks {', '.join(missing)}: have its owner add them, or install a version of this"
            " project that fits the platform",
            missing=missing,
        )
    if rights := missing_rights(connection):
        raise MisconfiguredInstallation(
            f"rights on the platform's database are missing: {'; '.join(rights)}. Have its owner grant them",
            code="RIGHTS_MISSING",
            missing=rights,
        )


def ensure_organisation(owner_url: SecretStr, organisation_id: UUID, name: str) -> bool:
    """Make the organisation if it is missing, as the owner of the tables; whether it was. One that is there stays.

    Raises Refused beside an existing platform, which creates its organisations itself; MisconfiguredInstallation,
    DatabaseUnavailable.
    """
    with migrating.clear_errors(), migrating.owner_engine(owner_url).begin() as connection:
        if not state_on(connection).current:
            raise MisconfiguredInstallation(
                "the database is not prepared: upgrade its schema", code="DATABASE_NOT_PREPARED"
            )
        if not is_own_installation(connection):
            raise Refused("the platform's organisations are its own: set REGISTRATION_ORGANISATION to the id of one")
        return connection.execute(_MAKE, {"id": organisation_id, "name": name}).rowcount == 1
