"""Whether an existing platform database has the columns that are used, in compatible types, and shows them
to our role.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import ARRAY, Boolean, Connection, DateTime, Integer, Numeric, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.types import TypeEngine

from registration.database.base import Base
from registration.database.own_schema import OWN_SCHEMA, PLATFORM_SCHEMA
from registration.database.platform_rights import NEEDED, UsedColumns
from registration.database.row_security import SETTING
from registration.database.session import APPLICATION_ROLE

_TEXT = ("text", "character varying", "character")
_FITTING: Final[tuple[tuple[type[TypeEngine[Any]], tuple[str, ...]], ...]] = (
    (ARRAY, tuple(f"{name}[]" for name in _TEXT)),
    (String, _TEXT),
    (Uuid, ("uuid",)),
    (Boolean, ("boolean",)),
    (Integer, ("integer", "bigint", "smallint")),
    (Numeric, ("numeric", "double precision", "real", "integer", "bigint")),
    (DateTime, ("timestamp with time zone",)),
    (JSONB, ("jsonb",)),
)
_EITHER = {("leads", "converted_by"): ("uuid", *_TEXT)}
"""The type of the column that names the converter of a lead: a user's id, or a name where the tables are our own."""

_COLUMNS = text(
    """
    select c.relname, a.attname, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = to_regnamespace(:schema) and c.relname = any(:tables) and c.relkind in ('r', 'p', 'v', 'f')
        and a.attnum > 0 and not a.attisdropped
    """
)
_WITHOUT_RIGHT = text(
    """
    select name from unnest(cast(:columns as text[])) as name
    where not has_column_privilege(:role, cast(:table as text), name, :right)
    """
)
_MAY_DELETE = text("select has_table_privilege(:role, :table, 'delete')")
_REFERENCES = text("select has_column_privilege(current_user, :table, 'id', 'references')")
_MAY_MAKE = text(
    """
    select case when to_regnamespace(:schema) is null
        then has_database_privilege(current_user, current_database(), 'create')
        else has_schema_privilege(current_user, to_regnamespace(:schema), 'create') end
    """
)
# A policy of the platform may apply to every role and still hide all rows, because it checks the signed-in user.
_HIDDEN = text(
    """
    with applying as (
        select p.polname, p.polpermissive, coalesce(shows, '') like :setting or shows = 'true' as shows_ours
        from pg_policy p
        cross join lateral (select case when p.polcmd = 'a' or :command = 'a'
            then coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid))
            else pg_get_expr(p.polqual, p.polrelid) end as shows) rule
        where p.polrelid = cast(cast(:table as text) as regclass) and p.polcmd in (:command, '*')
            and exists (select from unnest(p.polroles) r where r = 0 or pg_has_role(:role, r, 'usage'))
    )
    select relrowsecurity and not exists (select from applying where polpermissive and shows_ours) as hidden,
        array(select polname::text from applying where relrowsecurity and not polpermissive and not shows_ours
            order by 1) as restrictive
    from pg_class where oid = cast(cast(:table as text) as regclass)
    """
)
_COMMANDS = {"select": "r", "insert": "a", "update": "w", "delete": "d"}


def missing_parts(connection: Connection, used: Mapping[str, UsedColumns] = NEEDED) -> list[str]:
    """Messages about used tables and columns of the platform that are missing or have an incompatible type."""
    types = _types(connection, used)
    return [missing for name, columns in used.items() for missing in _missing_of(name, columns, types.get(name))]


def _types(connection: Connection, used: Mapping[str, UsedColumns]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(_COLUMNS, {"schema": PLATFORM_SCHEMA, "tables": list(used)}):
        found.setdefault(row.relname, {})[row.attname] = row.type
    return found


def _missing_of(name: str, used: UsedColumns, types: Mapping[str, str] | None) -> Iterator[str]:
    if types is None:
        yield f"table {name}"
        return
    for column in dict.fromkeys((*used.select, *used.insert, *used.update)):
        if column not in types:
            yield f"column {name}.{column}"
        elif (fitting := _compatible_types(name, column)) and types[column] not in fitting:
            yield f"column {name}.{column} as {fitting[0]} (it is {types[column]})"


def _compatible_types(name: str, column: str) -> tuple[str, ...]:
    """The compatible types of a column; none if no mapped class has the column."""
    table = Base.metadata.tables.get(name)
    if (name, column) in _EITHER or table is None or column not in table.columns:
        return _EITHER.get((name, column), ())
    mapped = table.columns[column].type
    if isinstance(mapped, DateTime) and not mapped.timezone:
        return ("timestamp without time zone",)
    return next((types for kind, types in _FITTING if isinstance(mapped, kind)), ())


def missing_rights(connection: Connection, used: Mapping[str, UsedColumns] = NEEDED) -> list[str]:
    """Messages about rights on the platform's tables that our role lacks, and rows that are hidden from it.

    Includes the rights that the role signed in needs to create our tables. The tables and columns must exist.
    """
    missing = (
        [] if connection.scalar(_MAY_MAKE, {"schema": OWN_SCHEMA}) else [f"making tables in the schema {OWN_SCHEMA}"]
    )
    if not connection.scalar(_REFERENCES, {"table": f"{PLATFORM_SCHEMA}.restaurants"}):
        missing.append("references to restaurants (id)")
    return missing + unreachable(connection, used)


def unreachable(connection: Connection, used: Mapping[str, UsedColumns]) -> list[str]:
    """Messages about rights on these tables that the application's role lacks, and rows that are hidden from it."""
    return [missing for name, one in used.items() for missing in _unreachable(connection, name, one)]


def _unreachable(connection: Connection, name: str, used: UsedColumns) -> Iterator[str]:
    table = f"{PLATFORM_SCHEMA}.{name}"
    refused = False
    for right, columns in used.rights().items():
        parameters = {"role": APPLICATION_ROLE, "table": table, "right": right, "columns": list(columns)}
        without = connection.scalars(_WITHOUT_RIGHT, parameters).all()
        if without:
            refused = True
            listed = "every column" if len(without) == len(columns) else ", ".join(without)
            yield f"{right} on {name} ({listed}) for {APPLICATION_ROLE}"
    if used.delete and not connection.scalar(_MAY_DELETE, {"role": APPLICATION_ROLE, "table": table}):
        yield f"delete on {name} for {APPLICATION_ROLE}"
    for right in used.commands():
        parameters = {"role": APPLICATION_ROLE, "table": table, "command": _COMMANDS[right], "setting": f"%{SETTING}%"}
        hidden, restrictive = connection.execute(_HIDDEN, parameters).one()
        if hidden:
            yield f"a policy on {name} for {right} by {APPLICATION_ROLE}: row-level security hides every row of it"
        for policy in restrictive:
            yield f"an exception for {APPLICATION_ROLE} from the restrictive policy {policy} on {name}"
    if not refused and (refusal := _refusal(connection, table, used)):
        yield f"{refusal}, which a policy on {name} asks for, for {APPLICATION_ROLE}"


def _refusal(connection: Connection, table: str, used: UsedColumns) -> str | None:
    """Why the application's role cannot read a table that it has the right to: it lacks a function that a
    policy calls.
    """
    savepoint = connection.begin_nested()
    try:
        connection.exec_driver_sql(f"set local role {APPLICATION_ROLE}")
        connection.exec_driver_sql(f"explain select {', '.join(used.select)} from {table}")
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        return str(error.orig).strip().splitlines()[0].removeprefix("permission denied for ")
    else:
        return None
    finally:
        savepoint.rollback()
