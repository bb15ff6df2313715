"""The session factory: one organisation per transaction, as the application role, and clear when Postgres is away."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from registration.database.session import APPLICATION_ROLE, Database, retry_until_available
from registration.errors import DatabaseUnavailable, Refused
from registration.workflow.lease_queries import lock_lease
from tests.registration.database.rows import add_batch
from tests.servers import DATABASE
from tests.waiting import HANG

BATCHES = text("select id from registration_batch_jobs")


@pytest_asyncio.fixture
async def one_connection(database_urls: DatabaseUrls) -> AsyncGenerator[Database]:
    """A factory whose transactions all use the same connection, one after the other."""
    made = Database(database_urls.app, pool_size=1)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def away() -> AsyncGenerator[Database]:
    """A factory for a server that is not there."""
    made = Database(f"postgresql://registration_app@127.0.0.1:{free_port()}/registration")
    yield made
    await made.close()


async def _seen(database: Database, organisation: UUID) -> list[UUID]:
    async with database.transaction(organisation) as transaction:
        return list((await transaction.execute(BATCHES)).scalars())


async def _write_and_fail(database: Database, organisation: UUID) -> None:
    async with database.transaction(organisation) as transaction:
        await add_batch(transaction.connection, organisation)
        raise Refused("second thoughts")


async def test_what_was_written_stays(database: Database, organisation: UUID) -> None:
    """A transaction that ends well is committed."""
    async with database.transaction(organisation) as transaction:
        batch_id = await add_batch(transaction.connection, organisation)
    assert await _seen(database, organisation) == [batch_id]


async def test_a_process_that_stands_still_in_a_transaction_loses_its_locks(
    database: Database, database_urls: DatabaseUrls, organisation: UUID
) -> None:
    """Whoever takes its batch over must not wait until it is dead: Postgres ends the transaction."""
    frozen = Database(database_urls.app, idle_seconds=0.2)
    async with database.transaction(organisation) as transaction:
        batch_id = await add_batch(transaction.connection, organisation)

    async def stand_still() -> None:
        async with frozen.transaction(organisation) as standing_still:
            await lock_lease(standing_still, batch_id)
            async with asyncio.timeout(HANG), database.transaction(organisation) as transaction:
                await lock_lease(transaction, batch_id)

    with pytest.raises(DatabaseUnavailable):
        await stand_still()
    await frozen.close()


async def test_an_error_takes_everything_back(database: Database, organisation: UUID) -> None:
    """Nothing of a transaction that raised is left, and the error comes out as it is."""
    with pytest.raises(Refused, match="second thoughts"):
        await _write_and_fail(database, organisation)
    assert await _seen(database, organisation) == []


async def test_cancelling_takes_everything_back(database: Database, organisation: UUID) -> None:
    """A task that is cancelled inside a transaction writes nothing, and the connection serves again."""
    inside = asyncio.Event()

    async def write() -> None:
        async with database.transaction(organisation) as transaction:
            await add_batch(transaction.connection, organisation)
            inside.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    await inside.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await _seen(database, organisation) == []


async def test_the_organisation_does_not_leak_through_the_pool(one_connection: Database) -> None:
    """Each transaction on a connection sees its own organisation only, also after one that failed."""
    ours, theirs = uuid4(), uuid4()
    async with one_connection.transaction(ours) as transaction:
        batch_id = await add_batch(transaction.connection, ours)
    assert await _seen(one_connection, theirs) == []
    with pytest.raises(Refused):
        await _write_and_fail(one_connection, ours)
    assert await _seen(one_connection, theirs) == []
    assert await _seen(one_connection, ours) == [batch_id]


async def test_nobody_goes_on_after_committing_halfway(one_connection: Database, organisation: UUID) -> None:
    """Role and organisation end with the transaction, so no statement may follow it on the same connection."""
    async with one_connection.transaction(organisation) as transaction:
        await transaction.connection.commit()
        with pytest.raises(InvalidRequestError):
            await transaction.execute(BATCHES)


async def test_whoever_signs_in_works_as_the_application(
    postgres: EmbeddedPostgres, database_urls: DatabaseUrls, organisation: UUID
) -> None:
    """A superuser and the owner take on the application role, so that row-level security binds them."""
    for url in (postgres.url(DATABASE), database_urls.owner, database_urls.app):
        database = Database(url)
        async with database.transaction(organisation) as transaction:
            assert await transaction.scalar(text("select current_user")) == APPLICATION_ROLE
            assert await transaction.scalar(text("select count(*) from restaurants")) == 0
        await database.close()


async def test_a_server_that_is_away_is_said_clearly(away: Database, organisation: UUID) -> None:
    """No connection: DatabaseUnavailable, in one line."""
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as raised:
        await _seen(away, organisation)
    assert "\n" not in raised.value.message


async def test_a_connection_that_breaks_is_said_and_replaced(
    database: Database, everything: AsyncConnection, organisation: UUID
) -> None:
    """A server process that ends in the middle is DatabaseUnavailable; the next transaction works."""

    async def lose_the_server() -> None:
        async with database.transaction(organisation) as transaction:
            process = await transaction.scalar(text("select pg_backend_pid()"))
            await everything.execute(text("select pg_terminate_backend(:process, 5000)"), {"process": process})
            await transaction.execute(BATCHES)

    with pytest.raises(DatabaseUnavailable):
        await lose_the_server()
    assert await _seen(database, organisation) == []


async def test_a_state_is_written_as_soon_as_the_database_is_back(
    away: Database, database: Database, organisation: UUID
) -> None:
    """`retry_until_available` tries again while the database is away, and returns what the work returns."""
    servers = iter([away, away, database])

    async def work() -> list[UUID]:
        return await _seen(next(servers), organisation)

    assert await retry_until_available(work, give_up=lambda: False, pause=0) == []
    assert next(servers, None) is None


async def test_persistence_ends_when_told(away: Database, organisation: UUID) -> None:
    """Once it shall give up, what the database said is raised."""
    asked = iter([False, False, True])
    with pytest.raises(DatabaseUnavailable):
        await retry_until_available(lambda: _seen(away, organisation), give_up=lambda: next(asked), pause=0)
    assert next(asked, None) is None


async def test_persistence_is_for_the_database_only() -> None:
    """Any other error is raised at once."""

    async def refuse() -> None:
        raise Refused("no")

    with pytest.raises(Refused):
        await retry_until_available(refuse, give_up=lambda: False, pause=0)


async def test_a_statement_that_can_never_work_is_no_outage(database: Database, organisation: UUID) -> None:
    """It comes out as it is, so that nobody tries it again and again until the lease is lost."""
    with pytest.raises(OperationalError):
        async with database.transaction(organisation) as transaction:
            await transaction.execute(text("insert into registration_batch_overview (id) values (gen_random_uuid())"))
