"""Messages of streams: what takes the place of what, and what is not sent because the page has it."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from time import monotonic
from uuid import UUID

import pytest_asyncio
from fastapi.sse import ServerSentEvent
from sqlalchemy import text
from starlette.requests import Request
from starlette.types import Message

from dev.screenshots.desk import Desk
from interfaces.api.live.feed import Feed
from interfaces.api.live.feeds import Feeds
from interfaces.api.live.reader import Reader, digest
from interfaces.api.live.readings import Publish, Readings
from interfaces.console.live.rail_feed import RAIL, ConsoleFeed, RailFeed
from interfaces.console.live.stream import Wanted, fragments, replacing
from interfaces.console.pages.batch.feed import digest_of, read_batch, wanted
from interfaces.console.proxy import TrustedProxy
from interfaces.console.rendering import text_of
from interfaces.console.sessions import COOKIE, Sessions, Visitor
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.errors import DatabaseUnavailable
from registration.settings import Settings
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.console.visiting import link_of
from tests.registration.tenant import Tenant
from tests.statements import statements
from tests.waiting import HANG

READERS = 30


def test_a_fragment_takes_the_place_of_its_element() -> None:
    """Its markup stays markup, also where a template made it."""
    assert replacing('\n<tr id="job-1"><td></td></tr>') == '<tr hx-swap-oob="outerMorph" id="job-1"><td></td></tr>'
    made = text_of("live.html", "inbox_count", 3)
    assert replacing(made) == '<span hx-swap-oob="outerMorph" id="inbox-count" class="count">3</span>'


def test_a_digest_tells_sets_of_fragments_apart() -> None:
    """In whatever order they were made."""
    assert digest(["a", "b"]) == digest(["b", "a"]) != digest(["a", "c"])


class App:
    """The part of an application that streams need."""

    def __init__(self, tenant: Tenant) -> None:
        self.state = self
        self.database = tenant.database
        self.feeds = Feeds(tenant.database)
        self.sessions = Sessions(tenant.database, TrustedProxy(Settings()))


@pytest_asyncio.fixture
async def visitor(tenant: Tenant) -> tuple[App, Visitor, str]:
    """A signed-in person, and the cookie of the session."""
    app = App(tenant)
    token = await app.sessions.redeem(await link_of(tenant))
    assert token is not None
    found = await app.sessions.find(token)
    assert found is not None
    return app, found, token


async def _nothing() -> Message:
    return {"type": "http.request"}


def _request(app: App, token: str) -> Request:
    cookie = f"{COOKIE}={token}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"cookie", cookie)]}
    return Request(scope | {"app": app, "server": ("console.test", 443), "scheme": "https"}, _nothing)


async def test_what_a_page_has_is_not_sent_again(visitor: tuple[App, Visitor, str], tenant: Tenant) -> None:
    """A page that was just rendered gets what changes afterwards, row by row, and nothing else of its batch."""
    app, person, token = visitor
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
    async with person.reading() as transaction:
        head, rows, _ = await read_batch(transaction, batch)
    job: UUID = rows[7].id
    seen = ""
    try:
        async with asyncio.timeout(HANG):
            # The feed has read the batch once somebody was sent a row of it.
            async with aclosing(fragments(_request(app, token), person, RAIL, wanted(batch, None))) as first:
                async for event in first:
                    if f'id="job-{job}"' in (event.raw_data or ""):
                        break
            known = wanted(batch, digest_of(head, rows))
            async with aclosing(fragments(_request(app, token), person, RAIL, known)) as events:
                async for event in events:
                    seen += event.raw_data or ""
                    if 'id="inbox-lines"' in seen and "job-" not in seen:
                        async with tenant.database.transaction(tenant.organisation_id) as transaction:
                            await advance(transaction, job, Step.SEARCH, StepStatus.COMPLETED)
                    if f'id="job-{job}"' in seen:
                        break
    finally:
        await app.feeds.close()
    assert seen.count('id="job-') == 1
    assert '<tr hx-swap-oob="outerMorph" id="job-' in seen


async def test_a_page_is_not_replaced_by_what_was_read_before_it(
    visitor: tuple[App, Visitor, str], tenant: Tenant
) -> None:
    """The feed of all pages may have read before the change that a page already shows."""
    app, person, token = visitor
    try:
        async with asyncio.timeout(HANG):
            assert await _first_count(app, person, token) == 0
            await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
            assert await _first_count(app, person, token) > 0
    finally:
        await app.feeds.close()


class Wavering(ConsoleFeed[int]):
    """A feed of a number, whose database does not always answer."""

    interval = 0.05

    def __init__(self, readings: Readings) -> None:
        super().__init__(readings)
        self.number = 0
        self.error: Exception | None = None

    async def state(self, _transaction: Transaction, _revisions: Revisions, /) -> int:
        """The number."""
        if self.error:
            raise self.error
        return self.number

    def publish(self, state: int, /) -> None:
        """Put it."""
        self.topic.put("part", "number", f'<b id="number">{state}</b>')


class Ending(Feed):
    """A feed that ends with its first reading, which lasts until it is allowed."""

    interval = 0.05

    def __init__(self, readings: Readings) -> None:
        super().__init__(readings)
        self.allowed = asyncio.Event()
        self.number = 0

    async def read(self) -> None:
        """Put the number from the beginning of the reading, and end."""
        number = self.number
        await self.allowed.wait()
        self.topic.put("part", "number", f'<b id="number">{number}</b>')
        if not self.awaited:
            self.topic.end()


async def test_a_page_keeps_what_it_shows_while_the_database_is_away(visitor: tuple[App, Visitor, str]) -> None:
    """It is told that the database is away; the feed's state is older than the page, and is not sent."""
    app, person, token = visitor
    feed = Wavering(Readings(app.database, person.organisation_id))
    feed_of = Wanted(("wavering",), lambda _: feed)
    seen: list[str] = []
    try:
        async with asyncio.timeout(HANG):
            async with aclosing(fragments(_request(app, token), person, RAIL, feed_of)) as first:
                await _until(first, '<b hx-swap-oob="outerMorph" id="number">0<')
            feed.number, feed.error = 1, DatabaseUnavailable("the database does not answer")
            async with aclosing(fragments(_request(app, token), person, RAIL, feed_of)) as events:
                async for event in events:
                    seen.append(event.raw_data or "")
                    if 'id="away"' in seen[-1]:
                        feed.error = None
                    if 'id="number"' in seen[-1]:
                        break
    finally:
        await app.feeds.close()
    assert "The database does not answer since" in "".join(seen)
    assert [one for one in seen if 'id="number"' in one] == ['<b hx-swap-oob="outerMorph" id="number">1</b>']


async def test_a_feed_that_fails_ends_the_streams_that_read_it(visitor: tuple[App, Visitor, str]) -> None:
    """Their pages ask for another stream, and another feed is started; none stays silent."""
    app, person, token = visitor
    made: list[Wavering] = []

    def make(readings: Readings) -> Feed:
        made.append(Wavering(readings))
        return made[-1]

    feed_of = Wanted(("wavering",), make)
    try:
        async with asyncio.timeout(HANG):
            async with aclosing(fragments(_request(app, token), person, RAIL, feed_of)) as events:
                await _until(events, 'id="number"')
                made[0].error = ValueError("a state that cannot be read")
                # The next reader makes the feed read at once.
                async with aclosing(fragments(_request(app, token), person, RAIL, feed_of)) as others:
                    await _until(others, "never")
                await _until(events, "never")
            async with aclosing(fragments(_request(app, token), person, RAIL, feed_of)) as again:
                await _until(again, 'id="number"')
    finally:
        await app.feeds.close()
    assert len(made) == 2


async def test_the_last_reading_is_no_older_than_its_readers(visitor: tuple[App, Visitor, str]) -> None:
    """Who comes during the reading with which a feed would end gets another one."""
    app, person, _ = visitor
    feed = Ending(Readings(app.database, person.organisation_id))
    running = asyncio.create_task(feed.run())
    await asyncio.sleep(0)
    feed.number = 1
    reader = Reader(feed)
    feed.allowed.set()
    found: list[str] = []
    async with asyncio.timeout(HANG):
        while not reader.finished:
            await reader.changed()
            found += [event.data for event in reader.news()]
        await running
    assert found == ['<b id="number">1</b>']
    assert not reader.broken


async def test_readers_of_one_organisation_share_one_query_a_second(
    visitor: tuple[App, Visitor, str], tenant: Tenant
) -> None:
    """However many they are, and whatever their pages are: at rest a transaction has one query."""
    app, person, token = visitor
    desk = Desk(tenant.database, tenant.organisation_id)
    pages = [wanted(await desk.batch(name, 12), None) for name in ("Monday", "Tuesday")]
    moments = Readings(tenant.database, tenant.organisation_id)
    async with AsyncExitStack() as exits, asyncio.timeout(HANG):
        exits.push_async_callback(app.feeds.close)
        streams = [
            await exits.enter_async_context(aclosing(fragments(_request(app, token), person, RAIL, pages[number % 2])))
            for number in range(READERS)
        ]
        await asyncio.gather(*(_until(stream, 'id="head"') for stream in streams))
        await moments.pause(1)
        began = monotonic()
        with statements() as sent:
            for _ in range(4):
                await moments.pause(1)
        seconds = monotonic() - began
    transactions = [one for one in sent if one.startswith("begin")]
    revisions = [one for one in sent if "is_open" in one]
    assert 1 <= len(revisions) <= seconds + 2, sent
    # Twice a minute one more transaction asks for the sessions.
    assert len(revisions) <= len(transactions) <= len(revisions) + 1, sent


async def test_a_feed_that_fails_takes_no_reading_from_others(tenant: Tenant) -> None:
    """Its error is its own, in whatever order they asked."""
    readings = Readings(tenant.database, tenant.organisation_id)

    class Failing:
        """A feed that cannot read its state."""

        batch_id: UUID | None = None

        async def collect(self, transaction: Transaction, revisions: Revisions) -> Publish:
            """Break the transaction."""
            await transaction.execute(text("select 1 / 0"))
            raise AssertionError(revisions)

    rail = RailFeed(readings)
    asked = (readings.take(one) for one in (rail, Failing(), rail))
    first, error, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (callable(first), callable(last)) == (True, True)
    assert "division by zero" in str(error)


async def test_a_stream_asks_whether_its_session_stands(visitor: tuple[App, Visitor, str], tenant: Tenant) -> None:
    """Sessions that were ended, those of others and texts that are no token do not stand; one query answers all."""
    app, _, token = visitor
    other = await app.sessions.redeem(await link_of(tenant))
    assert other is not None
    await app.sessions.end(other)
    with statements() as sent:
        asked = [app.sessions.stands(one) for one in (token, token, other, "x")]
        assert await asyncio.gather(*asked) == [True, True, False, False]
    assert len([one for one in sent if one.startswith("begin")]) == 1
    await app.feeds.close()


async def _until(stream: AsyncGenerator[ServerSentEvent], text: str) -> None:
    async for event in stream:
        if text in (event.raw_data or ""):
            return


async def _first_count(app: App, person: Visitor, token: str) -> int:
    """The number of the inbox in the first message that has it."""
    async with aclosing(fragments(_request(app, token), person, RAIL)) as events:
        async for event in events:
            if found := re.search(r'id="inbox-count"[^>]*>(\d+)<', event.raw_data or ""):
                return int(found[1])
    raise AssertionError("the stream ended without the number")
