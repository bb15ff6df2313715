"""Forces an order on transactions: one holds a lock, and the others are known to wait for it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.waiting import eventually

_WAITING = text(
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    " and query ilike :query"
)


@asynccontextmanager
async def holding_lock(everything: AsyncConnection, statement: str, **values: Any) -> AsyncGenerator[AsyncConnection]:
    """A separate connection that has executed the statement, and keeps its locks until it commits at the end."""
    async with everything.engine.begin() as holder:
        await holder.execute(text(statement), values)
        yield holder


async def wait_for_lock_waiters(everything: AsyncConnection, count: int = 1, query: str = "%") -> None:
    """Wait until `count` connections wait for a lock with a matching statement."""

    async def so_many_wait() -> bool:
        return (await everything.execute(_WAITING, {"query": query})).scalar_one() >= count

    await eventually(so_many_wait, f"{count} connections to wait for a lock")
