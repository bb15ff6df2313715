"""The connections that a Postgres server allows, and those that it has now."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from registration.database.connections import is_pooled
from registration.database.session import Transaction

_ALLOWED = text(
    """
    select current_setting('max_connections')::int as allowed,
        current_setting('superuser_reserved_connections')::int
            + coalesce(current_setting('reserved_connections', true)::int, 0) as reserved
    """
)
_USED = text(
    """
    select coalesce(nullif(application_name, ''), 'without a name') as application, count(*) as connections
    from pg_stat_activity
    where datid is not null and usesysid is not null and backend_type is distinct from 'parallel worker'
    group by application order by connections desc, application
    """
)
"""Clients only: autovacuum, which has no user, and parallel workers take no connection from `max_connections`. The
kinds of other roles' processes are not visible.
"""


@dataclass(frozen=True)
class ServerConnections:
    """The connections of a server: its limit, those of it that are reserved for administrators, those of each
    application now, most first, and whether ours come through a pooler.
    """

    allowed: int
    reserved: int
    used: Mapping[str, int]
    pooled: bool = False

    @property
    def usable(self) -> int:
        """What all applications together may have."""
        return self.allowed - self.reserved


async def read_connections(transaction: Transaction) -> ServerConnections:
    """The server's connections now, over all databases. Every role sees the number and names of all connections."""
    limits = (await transaction.execute(_ALLOWED)).one()
    rows = (await transaction.execute(_USED)).all()
    used = {row.application: row.connections for row in rows}
    return ServerConnections(limits.allowed, limits.reserved, used, await is_pooled(transaction.connection))
