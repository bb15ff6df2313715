"""Feeds behind streams: no reader gets a state older than what it shows, and no feed ends silently."""

import asyncio
from contextlib import aclosing
from uuid import UUID

from sqlalchemy import text

from interfaces.api.live.feed import Feed
from interfaces.api.live.reader import Reader
from interfaces.api.live.readings import Publish, Readings
from interfaces.console.live.rail_feed import RAIL, ConsoleFeed, RailFeed
from interfaces.console.live.stream import Wanted, fragments
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.errors import DatabaseUnavailable
from tests.interfaces.console.streaming import Signed, request_of, until
from tests.registration.tenant import Tenant
from tests.waiting import HANG


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
        self.begun, self.allowed = asyncio.Event(), asyncio.Event()
        self.number = 0

    async def read(self) -> None:
        """Put the number from the beginning of the reading, and end."""
        number = self.number
        self.begun.set()
        await self.allowed.wait()
        self.topic.put("part", "number", f'<b id="number">{number}</b>')
        if not self.awaited:
            self.topic.end()


async def test_a_page_keeps_what_it_shows_while_the_database_is_away(visitor: Signed) -> None:
    """The reader gets the event that the database is away, and no state, because the feed's is older than the page."""
    app, person, token = visitor
    feed = Wavering(Readings(app.database, person.organisation_id))
    feed_of = Wanted(("wavering",), lambda _: feed)
    seen: list[str] = []
    try:
        async with asyncio.timeout(HANG):
            async with aclosing(fragments(request_of(app, token), person, RAIL, feed_of)) as first:
                await until(first, '<b hx-swap-oob="outerMorph" id="number">0<')
            feed.number, feed.error = 1, DatabaseUnavailable("the database does not answer")
            async with aclosing(fragments(request_of(app, token), person, RAIL, feed_of)) as events:
                async for event in events:
                    seen.append(event.raw_data or "")
                    if 'id="away"' in seen[-1]:
                        feed.error = None
                    if 'id="number"' in seen[-1]:
                        break
    finally:
        await app.feeds.close()
    assert "The database has not answered since" in "".join(seen)
    assert [one for one in seen if 'id="number"' in one] == ['<b hx-swap-oob="outerMorph" id="number">1</b>']


async def test_a_feed_that_fails_ends_the_streams_that_read_it(visitor: Signed) -> None:
    """Their pages ask for another stream, and another feed is started; none stays silent."""
    app, person, token = visitor
    made: list[Wavering] = []

    def make(readings: Readings) -> Feed:
        made.append(Wavering(readings))
        return made[-1]

    feed_of = Wanted(("wavering",), make)
    try:
        async with asyncio.timeout(HANG):
            async with aclosing(fragments(request_of(app, token), person, RAIL, feed_of)) as events:
                await until(events, 'id="number"')
                made[0].error = ValueError("a state that cannot be read")
                # The next reader makes the feed read at once.
                async with aclosing(fragments(request_of(app, token), person, RAIL, feed_of)) as others:
                    await until(others, "never")
                await until(events, "never")
            async with aclosing(fragments(request_of(app, token), person, RAIL, feed_of)) as again:
                await until(again, 'id="number"')
    finally:
        await app.feeds.close()
    assert len(made) == 2


async def test_the_last_reading_is_no_older_than_its_readers(visitor: Signed) -> None:
    """A feed does not end with a reading during which another reader joined: that reader gets the next reading."""
    app, person, _ = visitor
    feed = Ending(Readings(app.database, person.organisation_id))
    running = asyncio.create_task(feed.run())
    async with asyncio.timeout(HANG):
        await feed.begun.wait()
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
