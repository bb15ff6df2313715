"""Rows locked by a transaction of the test: other transactions queue behind it, in the order of arrival.

This makes the order of two competing transactions deterministic: the first waits for the lock, the second behind the
first, and both proceed in that order when the lock is released.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

_LIMIT = 120.0
_SECONDS = 0.05
_BEHIND: LiteralString = """
    with recursive behind (pid) as (
        select a.pid from pg_stat_activity a where %(holder)s = any(pg_blocking_pids(a.pid))
        union
        select a.pid from pg_stat_activity a join behind b on b.pid = any(pg_blocking_pids(a.pid))
    )
    select count(*) from behind
"""
_END: LiteralString = """
    select pg_terminate_backend(a.pid) from pg_stat_activity a where %(holder)s = any(pg_blocking_pids(a.pid))
"""


@dataclass(frozen=True)
class HeldRows:
    """A transaction that holds its row locks until the end of the block."""

    _holder: "psycopg.AsyncConnection[Any]"
    _watcher: "psycopg.AsyncConnection[Any]"

    @classmethod
    @asynccontextmanager
    async def holding(cls, url: str, sql: LiteralString, **values: object) -> AsyncGenerator["HeldRows"]:
        """Hold the rows that a statement locks, as a superuser of the database; committed at the end of the block."""
        async with (
            await psycopg.AsyncConnection.connect(url) as holder,
            await psycopg.AsyncConnection.connect(url, autocommit=True) as watcher,
        ):
            await holder.execute(sql, values)
            yield cls(holder, watcher)

    async def let_go(self) -> None:
        """Release the locks before the end of the block."""
        await self._holder.commit()

    async def end_those_behind(self) -> None:
        """End the connections that wait for the locks, as Postgres ends those of a frozen process."""
        await self._watcher.execute(_END, {"holder": self._holder.info.backend_pid})

    async def until_behind(self, count: int) -> None:
        """Wait until this many transactions wait for the locks, directly or indirectly. Raises TimeoutError."""
        holder = {"holder": self._holder.info.backend_pid}
        async with asyncio.timeout(_LIMIT):
            while True:
                [waiting] = await (await self._watcher.execute(_BEHIND, holder)).fetchone() or [0]
                if waiting >= count:
                    return
                await asyncio.sleep(_SECONDS)
