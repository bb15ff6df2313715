"""Turns to ask somebody, shared through Postgres."""

import asyncio
import time
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.companies.rate_limit import RequestPace
from registration.database.session import Database
from registration.errors import DatabaseUnavailable
from tests.waiting import eventually

A_MINUTE = 150.0
INTERVAL = 60 / A_MINUTE
"""Seconds: long enough to tell a turn from a busy machine."""


@pytest_asyncio.fixture
async def databases(database_urls: DatabaseUrls) -> AsyncGenerator[list[Database]]:
    """The connections of two processes."""
    both = [Database(database_urls.app, pool_size=2) for _ in range(2)]
    yield both
    for one in both:
        await one.close()


async def test_two_processes_share_one_rate(databases: list[Database]) -> None:
    """Six turns of two processes and two organisations are as far apart as six of one."""
    key = f"register:{uuid4()}"
    paces = [RequestPace(database, uuid4(), key, A_MINUTE) for database in databases]
    turns: list[float] = []

    async def ask(pace: RequestPace) -> None:
        await pace.turn()
        turns.append(time.monotonic())

    began = time.monotonic()
    await asyncio.gather(*(ask(pace) for pace in paces for _ in range(3)))
    # A turn comes late on a busy machine, never early.
    assert all(turn - began > number * INTERVAL for number, turn in enumerate(turns))


async def test_nobody_is_asked_while_it_wants_to_be_left_alone(databases: list[Database]) -> None:
    """What one process was told holds for the other one, also before anybody had a turn."""
    key = f"register:{uuid4()}"
    first, second = (RequestPace(database, uuid4(), key, A_MINUTE) for database in databases)
    began = time.monotonic()
    await first.hold(0.4)
    await second.turn()
    assert time.monotonic() - began > 0.3


async def test_who_gives_up_waiting_holds_nobody_up_for_long(databases: list[Database]) -> None:
    """A process holds one turn; nine that were cancelled behind it had none."""
    key, interval = f"register:{uuid4()}", 600.0
    pace = RequestPace(databases[0], uuid4(), key, 60 / interval)
    await pace.turn()
    waiting = [asyncio.create_task(pace.turn()) for _ in range(10)]

    async def reserved_until() -> float:
        seconds = text("select extract(epoch from next_at - clock_timestamp())::float from rate_slots where key = :key")
        async with databases[1].transaction(uuid4()) as transaction:
            return (await transaction.execute(seconds, {"key": key})).scalar_one()

    async def one_holds_a_turn() -> bool:
        return await reserved_until() > interval

    await eventually(one_holds_a_turn, "the first of the ten to hold a turn")
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await reserved_until() <= 2 * interval


async def test_a_database_that_is_away_is_said_so() -> None:
    """Without a turn nobody is asked."""
    away = Database("postgresql://user@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        await RequestPace(away, uuid4(), "register", A_MINUTE).turn()
    await away.close()
