"""What a database holds: rows and bytes of each table, without the space that is free in its files."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql

_TABLES = """
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = %s
"""
_PAUSE_SECONDS = 3.0
"""A Prefect server writes the last events of a run some seconds after its end."""
_VACUUMS = 3
"""A process that connects to the server at that moment keeps a vacuum from removing what has just become free."""


@dataclass(frozen=True)
class Stored:
    """Rows and kilobytes, with indexes, by table."""

    rows: Mapping[str, float]
    kilobytes: Mapping[str, float]

    @classmethod
    async def in_database(cls, superuser_url: str, schema: str) -> Self:
        """The tables of a schema. Waits until their number of rows has stayed the same for some seconds."""
        async with await psycopg.AsyncConnection.connect(superuser_url, autocommit=True) as connection:
            tables = await (await connection.execute(_TABLES, [schema])).fetchall()
            rows = await _counted(connection, tables)
            while True:
                await asyncio.sleep(_PAUSE_SECONDS)
                if (again := await _counted(connection, tables)) == rows:
                    break
                rows = again
            for _ in range(_VACUUMS):
                await connection.execute("vacuum (full)")
            kilobytes: dict[str, float] = {}
            for namespace, name in tables:
                query = "select pg_total_relation_size(to_regclass(%s)) / 1024.0"
                read = await connection.execute(query, [f"{namespace}.{name}"])
                kilobytes[name] = float((await read.fetchall())[0][0])
        return cls(rows, kilobytes)

    def since(self, before: Self, restaurants: int) -> Self:
        """What was added since `before`, for each restaurant."""
        return type(self)(
            {name: (count - before.rows[name]) / restaurants for name, count in self.rows.items()},
            {name: (size - before.kilobytes[name]) / restaurants for name, size in self.kilobytes.items()},
        )

    def largest(self, count: int = 5) -> str:
        """The tables with the most bytes."""
        names = sorted(self.kilobytes, key=lambda name: self.kilobytes[name], reverse=True)[:count]
        return ", ".join(f"{name} {self.rows[name]:.1f} rows {self.kilobytes[name]:.1f} kB" for name in names)


async def _counted(connection: psycopg.AsyncConnection, tables: list[tuple[str, str]]) -> dict[str, float]:
    counted: dict[str, float] = {}
    for namespace, name in tables:
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(namespace, name))
        counted[name] = float((await (await connection.execute(query)).fetchall())[0][0])
    return counted
