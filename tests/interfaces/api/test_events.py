"""Streams: the whole state first, then what changes, from one reading for all readers."""

import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, contextmanager
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from dev.stack.databases import DatabaseUrls
from interfaces.api.live.feeds import MOST_STREAMS
from interfaces.api.tokens import LEEWAY_SECONDS
from registration.batches.queries import mark_cancelled
from registration.operations.cancel import cancel_batch
from registration.states import JobStatus
from registration.workflow.transition_queries import Attribution, move_job
from tests.interfaces.api.calling import BATCHES, Api, claims_of, signed
from tests.interfaces.api.streams import reading, served
from tests.registration.at_gate import AtGate, all_at_company_gate
from tests.registration.tenant import Tenant


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def live(database_urls: DatabaseUrls) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    """The API on a port."""
    async with served(database_urls.app) as both:
        yield both


@pytest.fixture
def api(live: tuple[FastAPI, httpx.AsyncClient], tenant: Tenant) -> Api:
    """The API as a person of this test's organisation calls it."""
    return Api(live[1], tenant.organisation_id)


async def _cancel(tenant: Tenant, *jobs: AtGate) -> None:
    """A person cancels the batch of these jobs, and the process that works on it ends them."""
    await cancel_batch(tenant.database, tenant.organisation_id, jobs[0].batch_id, Attribution("mere@example.nz"))
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for job in jobs:
            await move_job(transaction, job.job_id, JobStatus.CANCELLED)
        await mark_cancelled(transaction, jobs[0].batch_id)


async def test_a_stream_tells_the_state_then_each_change_then_ends(api: Api, tenant: Tenant) -> None:
    """Every job once at first, afterwards only what changed; a cancelled batch ends its stream."""
    one, two = await all_at_company_gate(tenant, {"name": "Kai"}, {"name": "Zed"})
    path = f"{BATCHES}/{one.batch_id}/events"
    async with reading(api.client, path, api.headers) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-cache"
        first = await stream.until(lambda name, data: name == "gate" and data["gate"] == "yolo-config")
        assert [name for name, _ in first] == ["batch", "job", "job", "gate", "gate"]
        assert first[0][1]["waiting"]["company_selection"] == 2
        assert {job["restaurant_name"] for name, job in first if name == "job"} == {"Kai", "Zed"}
        assert all(job["restaurant"] is None for name, job in first if name == "job")
        await _cancel(tenant, one, two)
        rest = await stream.rest()
    assert rest[-1] == ("end", {"id": str(one.batch_id), "outcome": "cancelled"})
    assert "cancelled: no further effect starts" in [data["line"] for name, data in rest if name == "told"]
    assert {job["status"] for name, job in rest if name == "job"} == {"cancelled"}
    async with reading(api.client, path, api.headers) as stream:
        again = await stream.rest()
    assert [name for name, _ in again] == ["batch", "job", "job", "gate", "gate", "end"]


async def test_a_hundred_readers_cost_one_reading_a_second(api: Api, tenant: Tenant) -> None:
    """Whoever reads: the number of readings goes with the seconds, not with the readers, and all see the end."""
    one, *_ = await all_at_company_gate(tenant, {"name": "Kai"})
    tokens = [signed(claims_of(tenant.organisation_id, sub=f"person-{number}")) for number in range(100)]
    path = f"{BATCHES}/{one.batch_id}/events"
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(reading(api.client, path, {"Authorization": f"Bearer {token}"}))
            for token in tokens
        ]
        for stream in streams:
            await stream.until(lambda name, data: name == "gate" and data["gate"] == "yolo-config")
        with _recorded() as queries:
            began = time.monotonic()
            await _cancel(tenant, one)
            assert all([(await stream.rest())[-1][0] == "end" for stream in streams])
            seconds = time.monotonic() - began
    revisions = [query for query in queries if "last_event_at" in query]
    assert 1 <= len(revisions) <= seconds + 2, (seconds, queries)


@contextmanager
def _recorded() -> Generator[list[str]]:
    """The queries of this process."""
    queries = list[str]()

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        queries.append(statement)

    listen(Engine, "before_cursor_execute", record)
    try:
        yield queries
    finally:
        remove(Engine, "before_cursor_execute", record)


async def test_the_organisations_stream_tells_open_batches_and_their_end(api: Api, tenant: Tenant) -> None:
    """Readers get a batch that has ended one last time."""
    one, *_ = await all_at_company_gate(tenant, {"name": "Kai"})
    async with reading(api.client, "/api/events", api.headers) as stream:
        first = await stream.until(lambda name, _: name == "ready")
        assert [(name, data.get("id")) for name, data in first] == [("batch", str(one.batch_id)), ("ready", None)]
        await _cancel(tenant, one)
        [*_, (_, batch)] = await stream.until(lambda name, data: name == "batch" and data["outcome"] is not None)
        assert (batch["id"], batch["outcome"]) == (str(one.batch_id), "cancelled")


async def test_a_stream_begins_with_nothing_older_than_an_answer_before_it(api: Api, tenant: Tenant) -> None:
    """The feed that others read may have read before the change that a program already knows."""
    one, *_ = await all_at_company_gate(tenant, {"name": "Kai"})
    path = f"{BATCHES}/{one.batch_id}/events"
    async with reading(api.client, path, api.headers) as others:
        await others.until(lambda name, _: name == "gate")
        await _cancel(tenant, one)
        async with reading(api.client, path, api.headers) as stream:
            told = await stream.rest()
    assert [data["status"] for name, data in told if name == "job"] == ["cancelled"]
    assert told[-1][0] == "end"


async def test_a_stream_ends_with_its_token(api: Api, tenant: Tenant) -> None:
    """The reader signs in again; nobody reads on with a token that has expired.

    A token that expires before a slow machine has sent the whole batch is followed by one that expires later.
    """
    one, *_ = await all_at_company_gate(tenant, {"name": "Kai"})
    path = f"{BATCHES}/{one.batch_id}/events"
    names = list[str]()
    for seconds in (2, 8, 32, 128):
        token = signed(claims_of(tenant.organisation_id, exp=int(time.time()) - LEEWAY_SECONDS + seconds))
        async with reading(api.client, path, {"Authorization": f"Bearer {token}"}) as stream:
            names = [name for name, _ in await stream.rest()]
        if len(names) >= 4:
            break
    assert names == ["batch", "job", "gate", "gate"]


@pytest.mark.parametrize("known", [True, False], ids=["of another organisation", "unknown"])
async def test_no_stream_of_a_batch_that_is_not_ones_own(api: Api, tenant: Tenant, other: Tenant, known: bool) -> None:
    """A problem with the code of an unknown batch, not a stream that says nothing."""
    one, *_ = await all_at_company_gate(other, {"name": "Kai"})
    answer = await api.get(f"{BATCHES}/{one.batch_id if known else uuid4()}/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "BATCH_NOT_FOUND")


async def test_one_person_reads_a_bounded_number_of_streams(api: Api, tenant: Tenant) -> None:
    """Further ones are refused, and possible again when one was closed."""
    async with AsyncExitStack() as stack:
        # A stream that nothing refers to is closed.
        streams = [
            await stack.enter_async_context(reading(api.client, "/api/events", api.headers))
            for _ in range(MOST_STREAMS)
        ]
        for stream in streams:
            await stream.until(lambda name, _: name == "ready")
        answer = await api.get("/api/events")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    async with reading(api.client, "/api/events", api.headers) as stream:
        assert await stream.until(lambda name, _: name == "ready")
