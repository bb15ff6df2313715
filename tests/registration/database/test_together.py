"""Transactions that come together: one for all, and each is told what came of its own."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import text

from dev.stack.network import free_port
from registration.database.session import Database, Transaction
from registration.database.shared_transaction import SharedTransaction
from registration.errors import DatabaseUnavailable, Refused
from tests.registration.database.rows import add_batch

_TRANSACTION = text("select pg_current_xact_id()::text")
_BATCHES = text("select id from registration_batch_jobs")


def _adding(organisation: UUID, complaint: str | None = None) -> Callable[[Transaction], Awaitable[tuple[str, UUID]]]:
    async def work(transaction: Transaction) -> tuple[str, UUID]:
        batch_id = await add_batch(transaction.connection, organisation)
        if complaint is not None:
            raise Refused(complaint)
        return (await transaction.execute(_TRANSACTION)).scalar_one(), batch_id

    return work


async def _stored(database: Database, organisation: UUID) -> set[UUID]:
    async with database.transaction(organisation) as transaction:
        return set((await transaction.execute(_BATCHES)).scalars())


async def test_what_comes_together_is_one_transaction(database: Database, organisation: UUID) -> None:
    """The ones that ask while the first is out share the second."""
    together = SharedTransaction(lambda: database.transaction(organisation))
    found = await asyncio.gather(*(together.do(_adding(organisation)) for _ in range(5)))
    assert len({transaction for transaction, _ in found}) == 1
    assert await _stored(database, organisation) == {batch_id for _, batch_id in found}


async def test_one_that_raises_is_rolled_back_alone(database: Database, organisation: UUID) -> None:
    """The others are committed, and it hears its own error."""
    together = SharedTransaction(lambda: database.transaction(organisation))
    first, refused, last = await asyncio.gather(
        together.do(_adding(organisation)),
        together.do(_adding(organisation, "second thoughts")),
        together.do(_adding(organisation)),
        return_exceptions=True,
    )
    assert isinstance(refused, Refused)
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    assert await _stored(database, organisation) == {first[1], last[1]}


async def test_a_database_that_is_away_is_told_to_everybody() -> None:
    """Whoever must get it in asks again."""
    away = Database(f"postgresql://registration_app@127.0.0.1:{free_port()}/registration")
    together = SharedTransaction(lambda: away.transaction(UUID(int=1)))
    found = await asyncio.gather(*(together.do(_adding(UUID(int=1))) for _ in range(2)), return_exceptions=True)
    await away.close()
    assert [type(one) for one in found] == [DatabaseUnavailable, DatabaseUnavailable]


async def test_what_is_given_up_before_it_begins_is_not_done(database: Database, organisation: UUID) -> None:
    """A cancelled piece leaves nothing behind."""
    together = SharedTransaction(lambda: database.transaction(organisation))
    given_up = asyncio.create_task(together.do(_adding(organisation)))
    kept = asyncio.create_task(together.do(_adding(organisation)))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    _, batch_id = await kept
    assert await _stored(database, organisation) == {batch_id}


async def test_of_pieces_that_are_done_again_alone_each_hears_its_own_end(
    database: Database, organisation: UUID
) -> None:
    """One that is committed is not told that the database went away for the next."""
    opened = 0

    @asynccontextmanager
    async def opening() -> AsyncGenerator[Transaction]:
        nonlocal opened
        opened += 1
        if opened == 4:
            raise DatabaseUnavailable("away")
        async with database.transaction(organisation) as transaction:
            yield transaction

    together = SharedTransaction(opening)
    kept, refused, away = await asyncio.gather(
        together.do(_adding(organisation)),
        together.do(_adding(organisation, "second thoughts")),
        together.do(_adding(organisation)),
        return_exceptions=True,
    )
    assert isinstance(kept, tuple)
    assert await _stored(database, organisation) == {kept[1]}
    assert (type(refused), type(away)) == (Refused, DatabaseUnavailable)
