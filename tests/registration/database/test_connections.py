"""The connections of a process at a real server: how many, under which name, and when the server has none left."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.connections import MOST_CONNECTIONS
from registration.database.failures import AWAY, is_transient, unavailable
from registration.database.session import NO_ORGANISATION, Database, database_now
from registration.errors import DatabaseFull, DatabaseUnavailable
from tests.waiting import eventually

COUNT = text("select count(*) from pg_stat_activity where application_name = :name")
NAME = text("select current_setting('application_name')")


@pytest.fixture
def name() -> str:
    """A name at the server that no other process has."""
    return f"tried {uuid4().hex}"


async def test_a_burst_opens_no_more_than_the_budget_and_one_connection_is_kept(
    database_urls: DatabaseUrls, everything: AsyncConnection, name: str
) -> None:
    """Twice as many transactions as connections take turns; what they needed is closed, and is opened again."""
    database = Database(database_urls.app, application=name, spare_seconds=0.1)
    most = asyncio.Barrier(MOST_CONNECTIONS)

    async def count() -> int:
        return int(await everything.scalar(COUNT, {"name": name}) or 0)

    async def hold() -> int:
        async with database.transaction(NO_ORGANISATION) as transaction:
            await most.wait()
            return int(await transaction.scalar(COUNT, {"name": name}))

    async def one_is_left() -> bool:
        return await count() == 1

    async def none_is_left() -> bool:
        return await count() == 0

    for _ in range(2):
        assert set(await asyncio.gather(*(hold() for _ in range(2 * MOST_CONNECTIONS)))) == {MOST_CONNECTIONS}
        await eventually(one_is_left, "the connections that nobody needs to be closed")
    await database.close()
    await eventually(none_is_left, "the last connection to be closed")


async def test_long_transactions_cost_the_next_ones_nothing(database_urls: DatabaseUrls) -> None:
    """A connection that is in use is no surplus, however often the surplus is looked for meanwhile."""
    database = Database(database_urls.app, pool_size=2, patience=2, spare_seconds=0.05)
    both = asyncio.Barrier(2)

    async def hold(seconds: float) -> None:
        async with database.transaction(NO_ORGANISATION) as transaction:
            await both.wait()
            await transaction.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})

    for seconds in (0, 1):
        await asyncio.gather(hold(seconds), hold(seconds))
    # The surplus is looked for twenty times in a second; each wrong one would cost `patience`, 40 s in all.
    async with asyncio.timeout(20):
        await _now(database)
    await database.close()


async def test_a_name_in_the_address_wins(database_urls: DatabaseUrls, name: str) -> None:
    """The name of the kind of process is for addresses that have none."""
    for address, expected in ((database_urls.app, name), (f"{database_urls.app}?application_name=own", "own")):
        database = Database(address, application=name)
        async with database.transaction(NO_ORGANISATION) as transaction:
            assert await transaction.scalar(NAME) == expected
        await database.close()


async def test_a_server_without_a_free_connection_says_so(full_server: URL) -> None:
    """The error has its own code and says what to do."""
    database = Database(full_server.render_as_string(hide_password=False))
    with pytest.raises(DatabaseFull, match="no connection left") as refused:
        await _now(database)
    assert refused.value.code == "DATABASE_FULL"
    assert "limit of connections" in (refused.value.hint or "")
    await database.close()


async def test_a_connection_that_becomes_free_within_seconds_is_waited_for(
    full_server: URL, everything: AsyncConnection
) -> None:
    """A burst of processes, such as a round of recovery, fails nobody."""
    database, refused = Database(full_server.render_as_string(hide_password=False)), asyncio.Event()

    def note(_context: ExceptionContext) -> None:
        refused.set()

    event.listen(Engine, "handle_error", note)
    waiting = asyncio.create_task(_now(database))
    await refused.wait()
    event.remove(Engine, "handle_error", note)
    await everything.execute(text(f"alter role {full_server.username} connection limit 1"))
    await waiting
    await database.close()


def test_a_pool_without_a_free_connection_is_an_outage() -> None:
    """Its connection comes back late if the server does not answer to whoever gives it back."""
    error = PoolTimeout("QueuePool limit of size 4 overflow 0 reached")
    assert isinstance(error, AWAY)
    assert is_transient(error)
    assert isinstance(unavailable(error), DatabaseUnavailable)


async def _now(database: Database) -> None:
    async with database.transaction(NO_ORGANISATION) as transaction:
        await database_now(transaction)
