"""The ledger when the platform is away or busy: attempts, patience, pushed slots, and what is sent then."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.effects.spacing_queries import account_key
from registration.errors import EffectFailed, PlatformUnavailable, StopRequested
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.at_work import AtWork
from tests.registration.place import Place
from tests.waiting import HANG, eventually

pytestmark = pytest.mark.slow

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT


@pytest_asyncio.fixture
async def newcomer(place: Place) -> AsyncGenerator[AtWork]:
    """A process at work on a restaurant that the platform does not know yet; the patience is 3.6 seconds."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id]) as made:
        yield made


async def test_a_503_of_the_platform_uses_an_attempt(work: AtWork) -> None:
    """The row is retrying, nothing is out, and the next call sends the same request again."""
    await work.misbehave("import-menu-direct", "unavailable")
    with pytest.raises(PlatformUnavailable):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.attempt, row.sent_at) == (SubStepStatus.RETRYING, 1, None)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).idempotency_key == row.idempotency_key
    assert (await work.done(), len(await work.calls())) == (1, 2)


async def test_the_fourth_503_fails(work: AtWork) -> None:
    """Three retries are counted in the database, so that no crash gives new ones."""
    await work.misbehave("import-menu-direct", "unavailable", times=None, message="Down for maintenance")
    for attempt in (1, 2, 3):
        with pytest.raises(PlatformUnavailable):
            await work.ledger.perform(work.job_id, work.menu_import())
        assert (await work.row()).attempt == attempt
    with pytest.raises(EffectFailed, match="Down for maintenance"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).status is SubStepStatus.FAILED
    assert (len(await work.calls()), await work.done()) == (4, 0)


async def test_a_429_uses_no_attempt_and_pushes_the_slot(newcomer: AtWork) -> None:
    """As long as Retry-After says nothing is sent, and no other account of the organisation either."""
    await newcomer.misbehave("register-account", "too_many", seconds=1)
    started = asyncio.get_running_loop().time()
    await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    assert asyncio.get_running_loop().time() - started >= 1
    row = await newcomer.row(ACCOUNT)
    assert (row.status, row.attempt) == (SubStepStatus.COMPLETED, 0)
    first, second = await newcomer.calls("register-account")
    assert (first["status"], second["status"]) == (429, 200)
    assert await newcomer.done("register-account") == 1


async def test_the_pushed_slot_holds_for_all_processes(newcomer: AtWork) -> None:
    """The next moment is in the database before the wait begins."""
    await newcomer.misbehave("register-account", "too_many", seconds=3)
    performing = asyncio.create_task(newcomer.ledger.perform(newcomer.job_id, newcomer.account()))
    key = account_key(newcomer.organisation_id)
    await newcomer.until_row(lambda row: row.status is SubStepStatus.IN_PROGRESS, ACCOUNT)
    await eventually(lambda: _ahead(newcomer, key, 1.5), "the next moment to be stored")
    assert (await newcomer.row(ACCOUNT)).sent_at is None
    performing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await performing


async def test_a_retry_after_beyond_the_patience_fails_at_once(newcomer: AtWork) -> None:
    """Nobody waits an hour for a platform that says so: it failed, and can be retried."""
    await newcomer.misbehave("register-account", "too_many", seconds=3600)
    with pytest.raises(EffectFailed, match="stayed away"):
        await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    assert (await newcomer.row(ACCOUNT)).sent_at is None
    # The organisation's other accounts wait no longer than one that was asked for waits.
    assert not await _ahead(newcomer, account_key(newcomer.organisation_id), newcomer.entries.wait_budget + 1)


async def test_a_refused_connection_is_waited_for(place: Place) -> None:
    """Nothing was sent, so no attempt is used; over the patience it is failed."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    nobody = "http://127.0.0.1:9"
    async with place.process(batch_id, jobs[restaurant_id], url=nobody, platform_patience_seconds=100) as work:
        with pytest.raises(EffectFailed, match="stayed away"):
            await work.ledger.perform(work.job_id, work.services())
        row = await work.row(SubStepName.SERVICES_CONFIG)
        assert (row.status, row.attempt, row.sent_at) == (SubStepStatus.FAILED, 0, None)


async def test_a_platform_that_comes_back_is_sent_to(work: AtWork, place: Place) -> None:
    """The same row goes on as soon as somebody answers: nothing was lost, and it is done once."""
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    await work.lease.release()
    async with place.process(work.batch_id, work.job_id, url=f"http://127.0.0.1:{port}") as away:
        performing = asyncio.create_task(away.ledger.perform(work.job_id, away.services()))
        await away.until_row(lambda row: row.intent_at is not None, SubStepName.SERVICES_CONFIG)
        async with _forwarding(port, place.url):
            await performing
    assert (await work.row(SubStepName.SERVICES_CONFIG)).status is SubStepStatus.COMPLETED
    assert await work.done("configure-services") == 1


async def test_waiting_for_a_turn_costs_no_patience(place: Place) -> None:
    """The patience is for a platform that is away, not for the time in a queue before it."""
    restaurant_id, _ = await place.restaurant()
    batch_id, jobs = await place.batch(restaurant_id)
    async with place.process(batch_id, jobs[restaurant_id], platform_patience_seconds=300) as work:
        key = account_key(place.organisation_id)
        await place.everything.execute(
            text("insert into rate_slots (key, next_at) values (:key, clock_timestamp() + interval '1.5 s')"),
            {"key": key},
        )
        await work.misbehave("register-account", "too_many", seconds=1)
        await work.ledger.perform(work.job_id, work.account())
        assert await work.done("register-account") == 1


async def test_a_job_that_is_told_to_stop_waits_no_longer(work: AtWork) -> None:
    """While the platform is busy the stop flag is heard, and nothing is out."""
    await work.misbehave("import-menu-direct", "too_many", seconds=3)
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))

    async def refused() -> bool:
        return bool(await work.calls()) and (await work.row()).sent_at is None

    await eventually(refused, "the answer of the busy platform to be stored")
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(StopRequested):
        await asyncio.wait_for(performing, HANG)
    assert (await work.row()).status is SubStepStatus.IN_PROGRESS
    assert (len(await work.calls()), await work.done()) == (1, 0)


async def _ahead(work: AtWork, key: str, seconds: float) -> bool:
    query = (
        "select next_at > clock_timestamp() + make_interval(secs => :seconds) as ahead from rate_slots where key = :key"
    )
    found = await work.query(query, key=key, seconds=seconds)
    return bool(found and found[0]["ahead"])


@contextlib.asynccontextmanager
async def _forwarding(port: int, url: str) -> AsyncGenerator[None]:
    """The platform at another port."""
    host, real = url.removeprefix("http://").split(":")

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(real))
        await asyncio.gather(pipe(reader, there_writer), pipe(there_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    yield
    server.close()
    await server.wait_closed()
