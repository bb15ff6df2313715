"""Account spacing: by the database's clock, over processes, first come first served within one."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.effects.spacing_queries import Queue, account_key, claim, push
from registration.errors import CancelRequested
from registration.workflow.sub_steps import SubStepName
from tests.locks import wait_for_lock_waiters
from tests.lost_commits import losing_commits
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant
from tests.waiting import HANG

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
SPACING = 0.4
"""Real seconds: 100 on the tests' clock."""
LONG = 600.0
"""Whoever waits for its slot is still waiting when something else has happened."""


@asynccontextmanager
async def _processes(tenant: Tenant, count: int, spacing: float = SPACING) -> AsyncGenerator[list[JobProcess]]:
    """As many processes, each at work on a batch of its own."""
    async with AsyncExitStack() as stack:
        made: list[JobProcess] = []
        for _ in range(count):
            restaurant_id, _ = await tenant.restaurant()
            batch_id, jobs = await tenant.batch(restaurant_id)
            process = tenant.process(batch_id, jobs[restaurant_id], account_spacing_seconds=spacing / 0.004)
            made.append(await stack.enter_async_context(process))
        yield made


async def _sent(work: JobProcess) -> datetime:
    sent_at = (await work.row(ACCOUNT)).sent_at
    assert sent_at is not None
    return sent_at


async def _next_slot(work: JobProcess) -> datetime:
    key = account_key(work.organisation_id)
    [slot] = await work.query("select next_at from rate_slots where key = :key", key=key)
    return slot["next_at"]


async def test_two_accounts_are_never_closer_than_the_interval(tenant: Tenant) -> None:
    """Across processes and batches, by the database's clock; all are made."""
    async with _processes(tenant, 3) as processes:
        await asyncio.gather(*(work.ledger.perform(work.job_id, work.account()) for work in processes))
        moments = sorted([await _sent(work) for work in processes])
        assert all((later - earlier).total_seconds() >= SPACING for earlier, later in pairwise(moments))
        assert [await work.done("register-account") for work in processes] == [1, 1, 1]


async def test_they_may_overlap(tenant: Tenant) -> None:
    """The interval is between two starts: nobody waits for the other's end."""
    async with _processes(tenant, 2) as (slow, quick):
        await slow.misbehave("register-account", "slow_answer", seconds=SPACING * 3)
        first = asyncio.create_task(slow.ledger.perform(slow.job_id, slow.account(limit_seconds=3000)))
        await slow.until_row(lambda row: row.sent_at is not None, ACCOUNT)
        await quick.ledger.perform(quick.job_id, quick.account())
        assert not first.done()
        await first


async def test_a_killed_waiter_burns_no_slot(tenant: Tenant) -> None:
    """The slot is claimed with `sent`: who was killed while it waited took nothing from the next."""
    async with _processes(tenant, 3, spacing=LONG) as (first, killed, next_one):
        await first.ledger.perform(first.job_id, first.account())
        waiting = asyncio.create_task(killed.ledger.perform(killed.job_id, killed.account()))
        await killed.until_row(lambda row: row.intent_at is not None, ACCOUNT)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        assert await _next_slot(killed) - await _sent(first) == timedelta(seconds=LONG)
        assert (await killed.row(ACCOUNT)).sent_at is None
        async with tenant.database.transaction(tenant.organisation_id) as transaction:
            await transaction.execute(text("update rate_slots set next_at = clock_timestamp()"))
        await next_one.ledger.perform(next_one.job_id, next_one.account())


async def test_a_refused_sent_burns_no_slot(tenant: Tenant) -> None:
    """A job that was told to stop gives the slot back with the rollback."""
    async with _processes(tenant, 1) as (stopped,):
        await stopped.query("update registration_jobs set stop_requested_at = clock_timestamp()")
        with pytest.raises(CancelRequested):
            await stopped.ledger.perform(stopped.job_id, stopped.account())
        key = account_key(tenant.organisation_id)
        assert await stopped.query("select key from rate_slots where key = :key", key=key) == []


async def test_each_organisation_has_its_own_spacing(database: Database, tenant: Tenant) -> None:
    """The key names the organisation."""
    key = account_key(tenant.organisation_id)
    async with database.transaction(tenant.organisation_id) as transaction:
        assert await claim(transaction, key, 60) == 0
        assert 59 < await claim(transaction, key, 60) <= 60
        assert await claim(transaction, f"{key}-other", 60) == 0
        await transaction.execute(text("delete from rate_slots where key like :key"), {"key": f"{key}%"})


async def test_a_push_only_ever_delays(database: Database, tenant: Tenant) -> None:
    """A short Retry-After does not bring the next slot nearer."""
    key = account_key(tenant.organisation_id)
    async with database.transaction(tenant.organisation_id) as transaction:
        await claim(transaction, key, 60)
        await push(transaction, key, 5)
        assert await claim(transaction, key, 60) > 59
        await push(transaction, key, 500)
        assert await claim(transaction, key, 60) > 499


@pytest.mark.parametrize("commits", [True, False])
async def test_of_two_transactions_one_takes_the_slot(database: Database, tenant: Tenant, commits: bool) -> None:
    """The second waits for the first one's end, and then for its interval; after a rollback it takes the slot."""
    key = account_key(tenant.organisation_id)
    async with database.transaction(tenant.organisation_id) as before:
        assert await claim(before, key, 0) == 0
    second: asyncio.Task[float] | None = None
    with contextlib.suppress(_RolledBack):
        async with database.transaction(tenant.organisation_id) as first:
            assert await claim(first, key, 30) == 0
            second = asyncio.create_task(_claim(database, tenant, key))
            await _until_blocked(tenant)
            if not commits:
                raise _RolledBack
    assert second is not None
    assert (await second > 0) is commits


async def test_the_first_to_come_is_the_first_to_go() -> None:
    """Within a process the queue keeps its order; one that leaves it lets the others move up."""
    queue, order = Queue(), list[int]()

    async def take(number: int) -> None:
        async with queue.turn("key"):
            order.append(number)

    async with queue.turn("key"):
        tasks = [asyncio.create_task(take(number)) for number in range(4)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [0, 2, 3]


class _RolledBack(Exception):
    """Ends a transaction without a commit."""


async def _claim(database: Database, tenant: Tenant, key: str) -> float:
    async with database.transaction(tenant.organisation_id) as transaction:
        return await claim(transaction, key, 30)


async def _until_blocked(tenant: Tenant) -> None:
    await wait_for_lock_waiters(tenant.everything)


async def test_a_slot_whose_commit_was_not_heard_of_is_still_ones_own(
    tenant: Tenant, database_urls: DatabaseUrls
) -> None:
    """The connection was lost between the commit of `sent` and its answer: nothing has left, nothing is waited for."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with losing_commits(database_urls.app, "set sent_at = clock_timestamp()") as path:
        database = Database(path.url)
        far = replace(tenant, database=database)
        spacing = 5 * HANG / 0.004
        async with far.process(batch_id, jobs[restaurant_id], account_spacing_seconds=spacing) as work:
            async with asyncio.timeout(HANG):
                await work.ledger.perform(work.job_id, work.account())
            assert (path.lost, await work.done("register-account")) == (1, 1)
            assert await _next_slot(work) == await _sent(work) + timedelta(seconds=5 * HANG)
        await database.close()
