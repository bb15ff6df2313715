"""Whether an existing platform database has everything that is used of it, and lets us use it."""

from sqlalchemy import Connection, inspect, text

from registration.store.base import Base
from registration.store.migrating import PLATFORM_TABLES
from registration.store.session import APPLICATION_ROLE

_WRITTEN = {"restaurants": ("insert", "update"), "leads": ("update",)}
_REFERENCED = "restaurants"


def missing_parts(connection: Connection) -> list[str]:
    """The platform's tables and columns that are used here and are not there, each in words."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    missing: list[str] = []
    for name in sorted(PLATFORM_TABLES):
        if name not in there:
            missing.append(f"table {name}")
            continue
        columns = {column["name"] for column in inspector.get_columns(name)}
        wanted = [column.name for column in Base.metadata.tables[name].columns]
        missing += [f"column {name}.{column}" for column in wanted if column not in columns]
    return missing


def missing_rights(connection: Connection) -> list[str]:
    """The GRANT statements by which the platform's owner lets us read and write what is used here."""
    wanted = [(APPLICATION_ROLE, "select", table) for table in sorted(PLATFORM_TABLES)]
    wanted += [(APPLICATION_ROLE, right, table) for table, rights in _WRITTEN.items() for right in rights]
    user = connection.scalar(text("select current_user"))
    wanted.append((str(user), "references", _REFERENCED))
    return [
        f"grant {right} on {table} to {role}"
        for role, right, table in wanted
        if not connection.scalar(
            text("select has_table_privilege(:role, :table, :right)"), {"role": role, "table": table, "right": right}
        )
    ]
