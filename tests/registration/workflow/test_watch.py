"""What others write for a batch: read once an interval, at once when poked, again when the database is back."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.errors import BatchReleased, CancelRequested
from registration.workflow.watch import BatchWatch
from tests.registration.job_process import JobProcess
from tests.registration.tcp_proxy import TcpProxy, tcp_proxy
from tests.waiting import HANG

STOP = "update registration_jobs set stop_requested_at = clock_timestamp()"
LONG = 3600.0


@contextlib.asynccontextmanager
async def _watching(
    work: JobProcess, interval: float = 0.05, database: Database | None = None
) -> AsyncGenerator[BatchWatch]:
    """A watch that runs."""
    watch = BatchWatch(database or work.database, work.organisation_id, work.batch_id, interval)
    await watch.refresh()
    running = asyncio.create_task(watch.run())
    yield watch
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_before_the_first_reading_there_is_no_view(work: JobProcess) -> None:
    """Whoever asks too early is told."""
    with pytest.raises(RuntimeError, match="not read yet"):
        _ = BatchWatch(work.database, work.organisation_id, work.batch_id).view


async def test_until_ends_when_somebody_has_written_it(work: JobProcess) -> None:
    """What another process writes is seen at the next reading; the condition's own value is returned."""
    async with _watching(work) as watch:
        waiting = asyncio.create_task(watch.until(lambda view: "stopped" if view.is_cancelled(work.job_id) else None))
        await watch.next()
        assert not waiting.done()
        await work.query(STOP)
        assert await asyncio.wait_for(waiting, HANG) == "stopped"


async def test_until_returns_at_once_what_is_so_already(work: JobProcess) -> None:
    """No reading is waited for."""
    async with _watching(work, LONG) as watch:
        assert await asyncio.wait_for(watch.until(lambda view: len(view.jobs)), HANG) == 1


async def test_fresh_is_read_after_the_call(work: JobProcess) -> None:
    """Not the reading that was under way, and without waiting for the interval."""
    async with _watching(work, LONG) as watch:
        assert not (await watch.fresh()).is_cancelled(work.job_id)
        await work.query(STOP)
        assert not watch.view.is_cancelled(work.job_id)
        views = await asyncio.wait_for(asyncio.gather(*(watch.fresh() for _ in range(5))), HANG)
        assert all(view.is_cancelled(work.job_id) for view in views)


async def test_next_waits_for_one_more_reading(work: JobProcess) -> None:
    """It does not return the one that is there."""
    async with _watching(work, LONG) as watch:
        waiting = asyncio.create_task(watch.next())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        watch.poke()
        await asyncio.wait_for(waiting, HANG)


async def test_a_pause_ends_with_its_time(work: JobProcess) -> None:
    """Nobody told the job to stop."""
    async with _watching(work) as watch:
        started = asyncio.get_running_loop().time()
        await watch.pause(0.2, work.job_id)
        assert asyncio.get_running_loop().time() - started >= 0.19


async def test_a_pause_is_left_when_the_job_is_told_to_stop(work: JobProcess) -> None:
    """Long before its time."""
    async with _watching(work) as watch:
        pausing = asyncio.create_task(watch.pause(LONG, work.job_id))
        await work.query(STOP)
        with pytest.raises(CancelRequested):
            await asyncio.wait_for(pausing, HANG)


async def test_a_pause_is_left_when_the_process_leaves_its_batch(work: JobProcess) -> None:
    """And nothing new begins after it."""
    async with _watching(work) as watch:
        pausing = asyncio.create_task(watch.pause(LONG, work.job_id))
        watch.check(work.job_id)
        await watch.set_releasing(releasing=True)
        with pytest.raises(BatchReleased):
            await asyncio.wait_for(pausing, HANG)
        with pytest.raises(BatchReleased):
            watch.check(work.job_id)


@pytest_asyncio.fixture
async def line(database_urls: DatabaseUrls) -> AsyncGenerator[TcpProxy]:
    """A line to Postgres that can be cut."""
    url = make_url(database_urls.app)
    async with tcp_proxy(str(url.host), int(url.port or 5432)) as made:
        yield made


async def test_a_database_that_is_away_is_waited_for(
    work: JobProcess, line: TcpProxy, database_urls: DatabaseUrls
) -> None:
    """Whoever waits goes on waiting, and sees what was written meanwhile as soon as it is back."""
    url = make_url(database_urls.app).set(host="127.0.0.1", port=line.port)
    database = Database(url.render_as_string(hide_password=False))
    async with _watching(work, database=database) as watch:
        waiting = asyncio.create_task(watch.until(lambda view: view.is_cancelled(work.job_id)))
        await line.cut()
        await work.query(STOP)
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
        await line.mend()
        assert await asyncio.wait_for(waiting, HANG)
    await database.close()
