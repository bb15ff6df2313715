"""Locked rows, and the transactions that wait for them in the order of arrival."""

import asyncio

import psycopg
import pytest
import pytest_asyncio

from dev.chaos.held_rows import HeldRows
from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from tests.servers import DATABASE

_HOLD = "select from rate_slots where key = 'held' for update"


@pytest_asyncio.fixture
async def url(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> str:
    """A database with a row to hold."""
    assert database_urls.owner
    url = postgres.url(DATABASE)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("insert into rate_slots (key) values ('held') on conflict do nothing")
    return url


async def _take(url: str, name: str, order: list[str]) -> None:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(_HOLD)
        order.append(name)


async def test_who_waits_goes_on_in_the_order_of_arrival(url: str) -> None:
    """A transaction that waits for a waiting one is counted too."""
    order = list[str]()
    async with HeldRows.holding(url, _HOLD) as held:
        first = asyncio.create_task(_take(url, "first", order))
        await held.until_behind(1)
        second = asyncio.create_task(_take(url, "second", order))
        await held.until_behind(2)
        assert order == []
        await held.let_go()
        await asyncio.gather(first, second)
    assert order == ["first", "second"]


async def test_who_waits_can_be_ended(url: str) -> None:
    """As Postgres ends an idle connection."""
    async with HeldRows.holding(url, _HOLD) as held:
        ended = asyncio.create_task(_take(url, "ended", []))
        await held.until_behind(1)
        await held.end_those_behind()
        with pytest.raises(psycopg.OperationalError):
            await ended
