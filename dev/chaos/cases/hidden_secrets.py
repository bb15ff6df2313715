"""Search for secrets where none may be: our schema, Prefect's database with its events, logs and stored results."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

_OURS: LiteralString = """
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema <> all(%(others)s)
      and (table_schema, table_name) not in (select 'public', unnest(%(platforms)s::text[]))
"""
_CONTAINING: LiteralString = "select count(*) as found from {} t where t::text like any(%(patterns)s)"
_POSTGRES = ["pg_catalog", "information_schema"]
_KEEPS_THEM = ["pumpd_accounts", "pumpd_restaurants", "registration_logs"]
"""Tables of the platform, which stores passwords in clear and the output of its scripts."""
_READ = ("*.log", "prefect/**/*")
_COMPRESSED = "registration_evidence"


async def tables_with(url: str, secrets: Sequence[str]) -> tuple[str, ...]:
    """The tables of a database in which a row contains one of the secrets, but for those that the platform fills."""
    patterns = [f"%{_escaped(secret)}%" for secret in secrets]
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(_OURS, {"others": _POSTGRES, "platforms": _KEEPS_THEM})
        tables = await cursor.fetchall()
        found = [_name(table) for table in tables if await _rows_with(connection, table, patterns)]
        pages = [_name(table) for table in tables if table["name"] == _COMPRESSED]
        return (*found, *[page for page in pages if await _pages_with(connection, page, secrets)])


def files_with(folder: Path, secrets: Sequence[str]) -> tuple[str, ...]:
    """The logs and stored results of a stack that contain one of the secrets."""
    files = {path for pattern in _READ for path in folder.glob(pattern) if path.is_file()}
    wanted = [secret.encode() for secret in secrets]
    return tuple(
        str(path.relative_to(folder)) for path in sorted(files) if any(secret in path.read_bytes() for secret in wanted)
    )


async def _rows_with(
    connection: "psycopg.AsyncConnection[Any]", table: dict[str, Any], patterns: Sequence[str]
) -> bool:
    statement = sql.SQL(_CONTAINING).format(sql.Identifier(table["schema"], table["name"]))
    [found] = await (await connection.execute(statement, {"patterns": list(patterns)})).fetchone() or [0]
    return found > 0


async def _pages_with(connection: "psycopg.AsyncConnection[Any]", table: str, secrets: Sequence[str]) -> bool:
    """True if a kept page contains one of the secrets, once it is unpacked."""
    statement = sql.SQL("select content from {}").format(sql.Identifier(*table.split(".")))
    rows = await (await connection.execute(statement)).fetchall()
    pages = [zlib.decompress(row[0]) for row in rows]
    return any(secret.encode() in page for page in pages for secret in secrets)


def _name(table: dict[str, Any]) -> str:
    return f"{table['schema']}.{table['name']}"


def _escaped(secret: str) -> str:
    return secret.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
