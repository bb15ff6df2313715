"""The present state of a database as the server reports it: its clock, its migrations, and its row-level security."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.alembic_config import OWN_TABLES
from registration.database.base import Base
from registration.database.own_schema import is_own_installation
from registration.database.platform_rights import NEEDED
from registration.database.platform_schema import missing_parts, unreachable
from registration.database.row_security import POLICY
from registration.database.schema import SchemaState, state_on

_SERVER = text(
    """
    select clock_timestamp() as clock, rolsuper or rolbypassrls as bypasses
    from pg_roles where rolname = current_user
    """
)
_UNPROTECTED = text(
    """
    select c.relname from pg_class c
    where c.oid = any (select to_regclass(name) from unnest(cast(:tables as text[])) as name) and not (
        c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = :policy))
    order by c.relname
    """
)


@dataclass(frozen=True)
class Inspection:
    """The state that the role of a transaction sees.

    `bypasses`: row-level security does not bind that role. `unprotected`: our tables without row-level security.
    `unreachable`: the missing, forbidden or hidden parts of a platform's own tables, as messages.
    """

    clock: datetime
    schema: SchemaState
    bypasses: bool
    unprotected: tuple[str, ...]
    unreachable: tuple[str, ...]


async def inspect_database(connection: AsyncConnection) -> Inspection:
    """Inspect the database. Raises Refused if a newer version of this program has migrated it."""
    server = (await connection.execute(_SERVER)).one()
    tables = [name for name in sorted(OWN_TABLES) if "organisation_id" in Base.metadata.tables[name].columns]
    unprotected = await connection.execute(_UNPROTECTED, {"tables": tables, "policy": POLICY})
    state = await connection.run_sync(state_on)
    of_platform = await connection.run_sync(_unreachable_platform_parts) if state.current else []
    return Inspection(server.clock, state, server.bypasses, tuple(unprotected.scalars()), tuple(of_platform))


def _unreachable_platform_parts(connection: Connection) -> list[str]:
    """Missing parts of tables that a platform made; tables that our migrations made are not checked."""
    if is_own_installation(connection):
        return []
    return missing_parts(connection) or unreachable(connection, NEEDED)
