"""The ledger when the platform is away or busy: attempts, the wait budget, pushed slots, and what is sent then."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from registration.effects.spacing_queries import account_key
from registration.errors import CancelRequested, EffectFailed, PlatformUnavailable
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.registration.job_process import JobProcess
from tests.registration.tenant import Tenant
from tests.waiting import HANG, eventually

pytestmark = pytest.mark.slow

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT


@pytest_asyncio.fixture
async def newcomer(tenant: Tenant) -> AsyncGenerator[JobProcess]:
    """A process at work on a restaurant that the platform does not know yet; the patience is 3.6 seconds."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id]) as made:
        yield made


_NOT_CONFIGURED: dict[str, Any] = {"status": 503, "message": "Down for maintenance"}
"""A 503 with `success: false`: the platform says nothing of a later time."""


async def test_a_503_of_a_route_uses_an_attempt(work: JobProcess) -> None:
    """The row is retrying, nothing is in flight, and the next call sends the same request again."""
    await work.misbehave("import-menu-direct", "refused", **_NOT_CONFIGURED)
    with pytest.raises(PlatformUnavailable):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.attempt, row.sent_at) == (SubStepStatus.RETRYING, 1, None)
    await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).idempotency_key == row.idempotency_key
    assert (await work.done(), len(await work.calls())) == (1, 2)


async def test_the_fourth_503_fails(work: JobProcess) -> None:
    """Three retries are counted in the database, so that no crash gives new ones."""
    await work.misbehave("import-menu-direct", "refused", times=None, **_NOT_CONFIGURED)
    for attempt in (1, 2, 3):
        with pytest.raises(PlatformUnavailable):
            await work.ledger.perform(work.job_id, work.menu_import())
        assert (await work.row()).attempt == attempt
    with pytest.raises(EffectFailed, match="Down for maintenance"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).status is SubStepStatus.FAILED
    assert (len(await work.calls()), await work.done()) == (4, 0)


async def test_a_platform_that_is_not_ready_is_waited_for(work: JobProcess) -> None:
    """Its checks before every route could not be made, so nothing was done: no attempt is used, however often."""
    await work.misbehave("import-menu-direct", "unavailable", times=5)
    await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.attempt) == (SubStepStatus.COMPLETED, 0)
    assert (await work.done(), len(await work.calls())) == (1, 6)


async def test_a_platform_that_stays_not_ready_fails_the_effect(work: JobProcess, tenant: Tenant) -> None:
    """After the patience of an outage, which the next process does not begin anew; the restaurant is not the cause."""
    await work.misbehave("import-menu-direct", "unavailable", times=None, message="Flags could not be verified")
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
    outage = await work.watch.until(lambda view: view.jobs[work.job_id].outage)
    assert outage.service == "platform"
    await _ended_an_hour_ago(work, performing)
    async with tenant.process(work.batch_id, work.job_id) as heir:
        with pytest.raises(EffectFailed, match="stayed away: Flags could not be verified"):
            await heir.ledger.perform(heir.job_id, heir.menu_import())
        assert (await heir.row()).sent_at is None
        assert (await heir.watch.refresh()).jobs[heir.job_id].failed_in_outage


async def test_a_429_uses_no_attempt_and_pushes_the_slot(newcomer: JobProcess) -> None:
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


async def test_the_pushed_slot_holds_for_all_processes(newcomer: JobProcess) -> None:
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


async def test_a_retry_after_beyond_the_patience_fails_at_once(newcomer: JobProcess) -> None:
    """A Retry-After of an hour is longer than the wait budget: the effect fails, and can be retried."""
    await newcomer.misbehave("register-account", "too_many", seconds=3600)
    with pytest.raises(EffectFailed, match="stayed away"):
        await newcomer.ledger.perform(newcomer.job_id, newcomer.account())
    assert (await newcomer.row(ACCOUNT)).sent_at is None
    # The organisation's other accounts wait no longer than the wait budget.
    assert not await _ahead(newcomer, account_key(newcomer.organisation_id), newcomer.rows.wait_budget + 1)


async def test_a_refused_connection_is_waited_for(tenant: Tenant) -> None:
    """Nothing was sent, so no attempt is used; the effect fails once the wait budget is used up."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    nobody = "http://127.0.0.1:9"
    async with tenant.process(batch_id, jobs[restaurant_id], url=nobody, outage_patience_seconds=100) as work:
        with pytest.raises(EffectFailed, match="stayed away"):
            await work.ledger.perform(work.job_id, work.services())
        row = await work.row(SubStepName.SERVICES_CONFIG)
        assert (row.status, row.attempt, row.sent_at) == (SubStepStatus.FAILED, 0, None)
        job = (await work.watch.refresh()).jobs[work.job_id]
        assert (job.outage, job.failed_in_outage) == (None, True)


async def test_an_effect_that_waits_says_since_when(tenant: Tenant) -> None:
    """The outage is known to all effects of the process, and its begin to the next process."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id], url="http://127.0.0.1:9") as work:
        performing = asyncio.create_task(work.ledger.perform(work.job_id, work.services()))
        outage = await work.watch.until(lambda view: view.jobs[work.job_id].outage)
        assert (outage.service, work.rows.outage.is_away) == ("platform", True)
        await _ended_an_hour_ago(work, performing)
    async with tenant.process(batch_id, jobs[restaurant_id], url="http://127.0.0.1:9") as heir:
        with pytest.raises(EffectFailed, match="stayed away"):
            await heir.ledger.perform(heir.job_id, heir.services())


async def test_a_platform_that_comes_back_is_sent_to(work: JobProcess, tenant: Tenant) -> None:
    """The effect goes on as soon as the platform answers, and is done once."""
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id, url=f"http://127.0.0.1:{port}") as away:
        performing = asyncio.create_task(away.ledger.perform(work.job_id, away.services()))
        await away.until_row(lambda row: row.intent_at is not None, SubStepName.SERVICES_CONFIG)
        async with _forwarding(port, tenant.url):
            await performing
    assert (await work.row(SubStepName.SERVICES_CONFIG)).status is SubStepStatus.COMPLETED
    assert await work.done("configure-services") == 1


async def test_waiting_for_a_turn_costs_no_patience(tenant: Tenant) -> None:
    """The wait budget is for a platform that is away, not for the time in a queue."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.process(batch_id, jobs[restaurant_id], outage_patience_seconds=300) as work:
        key = account_key(tenant.organisation_id)
        await tenant.everything.execute(
            text("insert into rate_slots (key, next_at) values (:key, clock_timestamp() + interval '1.5 s')"),
            {"key": key},
        )
        await work.misbehave("register-account", "too_many", seconds=1)
        await work.ledger.perform(work.job_id, work.account())
        assert await work.done("register-account") == 1


async def test_a_job_that_is_told_to_stop_waits_no_longer(work: JobProcess) -> None:
    """A cancel is seen while the platform is busy, and nothing is in flight."""
    await work.misbehave("import-menu-direct", "too_many", seconds=3)
    performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))

    async def refused() -> bool:
        return bool(await work.calls()) and (await work.row()).sent_at is None

    await eventually(refused, "the answer of the busy platform to be stored")
    await work.query("update registration_jobs set stop_requested_at = clock_timestamp()")
    with pytest.raises(CancelRequested):
        await asyncio.wait_for(performing, HANG)
    assert (await work.row()).status is SubStepStatus.IN_PROGRESS
    assert (len(await work.calls()), await work.done()) == (1, 0)


async def _ended_an_hour_ago(work: JobProcess, performing: asyncio.Task[Any]) -> None:
    """End a process that repeats its request, as if none was in flight: without its lease it writes nothing more."""
    await work.lease.release()
    performing.cancel()
    await asyncio.gather(performing, return_exceptions=True)
    await work.query(
        "update registration_sub_steps set unanswered_since = clock_timestamp() - interval '1 hour', sent_at = null"
    )


async def _ahead(work: JobProcess, key: str, seconds: float) -> bool:
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
