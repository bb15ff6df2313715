"""The server's connections against what is configured to run."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.database.session import NO_ORGANISATION, Database
from registration.health.connection_queries import ServerConnections, read_connections
from registration.health.connections import UNKNOWN, Configured, check_connections, judge_connections
from registration.health.finding import Level
from tests.waiting import eventually

WORKERS = text(
    "select count(*) from pg_stat_activity where application_name = :name and backend_type = 'parallel worker'"
)
SMALL = ServerConnections(
    allowed=100,
    reserved=3,
    used={"prefect server": 20, "registration batch": 8, "the platform": 10, "registration serve": 1},
)


@pytest.mark.parametrize(
    "configured, level, says",
    [
        (Configured(batches=10, prefect=27), Level.OK, "10 batches at once and everything beside them need 90;"),
        (Configured(batches=11, prefect=27), Level.OK, "11 batches at once and everything beside them need 94;"),
        (Configured(batches=12, prefect=27), Level.WARNING, "need 98, and the server gives 97;"),
        (Configured(prefect=27), Level.OK, "11 batches at once have room; their number has no limit;"),
        (UNKNOWN, Level.OK, "13 batches at once have room;"),
        (Configured(prefect=80), Level.WARNING, "0 batches at once have room"),
    ],
)
def test_the_plan_is_compared_with_the_server(configured: Configured, level: Level, says: str) -> None:
    """Programs of others keep what they have, and so does each Prefect server beside the first."""
    finding = judge_connections(SMALL, configured)
    assert finding.level is level
    assert says in finding.says
    assert "39 of 97 in use: prefect server 20, registration batch 8, the platform 10" in finding.says
    assert (finding.next_step is None) is (level is Level.OK)


def test_the_next_step_has_the_numbers() -> None:
    """The limit of the server that suffices, and the number of batches that fit."""
    step = judge_connections(SMALL, Configured(batches=12, prefect=27)).next_step or ""
    assert "max_connections of the server to 101," in step
    assert "`prefect work-pool set-concurrency-limit registration 11`" in step


def test_where_no_batch_fits_only_the_limit_of_the_server_is_named() -> None:
    """A work pool that allows no batch at all would be no way out."""
    small = ServerConnections(40, 3, {"prefect server": 20})
    step = judge_connections(small, Configured(batches=2, prefect=27)).next_step or ""
    assert "max_connections of the server to 51," in step
    assert "set-concurrency-limit" not in step


def test_a_server_that_is_nearly_full_is_a_warning() -> None:
    """Whatever is configured: the next process may be refused."""
    full = ServerConnections(100, 3, {"the platform": 80, "registration batch": 10})
    assert judge_connections(full, Configured(batches=0, prefect=0)).level is Level.WARNING


def test_a_prefect_server_with_a_database_elsewhere_needs_nothing_here() -> None:
    """Its connections would have their name in the list."""
    without = ServerConnections(100, 3, {"the platform": 10})
    assert "18 batches at once have room" in judge_connections(without, Configured(prefect=27)).says


def test_behind_a_pooler_only_what_is_used_counts() -> None:
    """The pooler, not the number of batches, limits the connections to the server."""
    many = Configured(batches=500, prefect=27)
    quiet, full = (ServerConnections(100, 3, {"registration batch": used}, pooled=True) for used in (10, 90))
    assert judge_connections(quiet, many).level is Level.OK
    assert "a pooler decides" in judge_connections(quiet, many).says
    assert judge_connections(full, many).level is Level.WARNING


async def test_a_parallel_worker_is_no_connection(database: Database, database_urls: DatabaseUrls) -> None:
    """It has the name of the connection that it works for."""
    name = f"parallel {uuid4().hex}"
    working = Database(database_urls.app, application=name)

    async def work() -> None:
        async with working.transaction(NO_ORGANISATION) as transaction:
            await transaction.execute(text("set local debug_parallel_query = on"))
            await transaction.execute(text("select pg_sleep(60)"))

    async def has_a_worker() -> bool:
        async with database.transaction(NO_ORGANISATION) as transaction:
            return bool(await transaction.scalar(WORKERS, {"name": name}))

    work_of_another = asyncio.create_task(work())
    await eventually(has_a_worker, "the parallel worker to start")
    async with database.transaction(NO_ORGANISATION) as transaction:
        assert (await read_connections(transaction)).used[name] == 1
    work_of_another.cancel()
    await asyncio.gather(work_of_another, return_exceptions=True)
    await working.close()


async def test_the_application_sees_the_connections_of_all(database: Database) -> None:
    """Limits and names are visible to the application's own role."""
    finding = await check_connections(database, UNKNOWN)
    assert finding.about == "database connections"
    assert "of 197 in use: " in finding.says
    assert "pooler" not in finding.says
    assert "registration" in finding.says
