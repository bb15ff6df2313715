"""What becomes of a process's other connections when one of them breaks."""

import asyncio
import gc
import warnings
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.errors import DatabaseUnavailable

PROCESS = text("select pg_backend_pid()")


@pytest_asyncio.fixture
async def database(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """A session factory of this test alone."""
    made = Database(database_urls.app)
    yield made
    await made.close()


async def _several(database: Database, organisation: UUID, count: int) -> list[int]:
    """Have the factory open so many connections; the processes that serve them."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(database.transaction(organisation)) for _ in range(count)]
        return [int((await connection.execute(PROCESS)).scalar_one()) for connection in opened]


async def _process(database: Database, organisation: UUID) -> int:
    async with database.transaction(organisation) as transaction:
        return int((await transaction.execute(PROCESS)).scalar_one())


async def test_the_idle_ones_are_closed_properly(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """One breaks in the middle of its work: none of the others is left open for the garbage collector to find."""
    await _several(database, organisation, 4)

    async def lose_the_server() -> None:
        async with database.transaction(organisation) as transaction:
            process = await transaction.scalar(PROCESS)
            await everything.execute(text("select pg_terminate_backend(:process, 5000)"), {"process": process})
            await transaction.execute(PROCESS)

    with pytest.raises(DatabaseUnavailable):
        await lose_the_server()
    assert await _process(database, organisation)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(one.message) for one in warned] == []


async def test_after_a_restart_of_the_server_one_transaction_fails_at_most(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """All connections broke; the first to notice says it for all of them."""
    processes = await _several(database, organisation, 4)
    for process in processes:
        await everything.execute(text("select pg_terminate_backend(:process, 5000)"), {"process": process})
    with pytest.raises(DatabaseUnavailable):
        await _process(database, organisation)
    again = await asyncio.gather(*(_process(database, organisation) for _ in range(4)))
    assert not set(again) & set(processes)


async def test_a_deadlock_costs_nobody_else_a_connection(database: Database, organisation: UUID) -> None:
    """It is said as an outage, so that it is tried again; the connections are good and stay."""
    before = set(await _several(database, organisation, 3))
    locks = (text("select pg_advisory_xact_lock(71)"), text("select pg_advisory_xact_lock(72)"))

    async def lock(first: int, met: asyncio.Barrier) -> None:
        async with database.transaction(organisation) as transaction:
            await transaction.execute(locks[first])
            await met.wait()
            await transaction.execute(locks[1 - first])

    met = asyncio.Barrier(2)
    ended = await asyncio.gather(lock(0, met), lock(1, met), return_exceptions=True)
    assert sum(isinstance(one, DatabaseUnavailable) for one in ended) == 1
    assert set(await _several(database, organisation, 3)) == before
