"""The feeds of this process: each runs while somebody reads it, and a little longer."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

from interfaces.api.auth import Caller
from interfaces.api.live.batch_feed import BatchFeed
from interfaces.api.live.feed import Feed
from interfaces.api.live.organisation_feed import OrganisationFeed
from interfaces.api.live.readings import Readings
from interfaces.api.problems import ProblemError
from registration.database.session import Database

_log = logging.getLogger("registration.api.live")

MOST_STREAMS = 50
"""Of one person at a time."""
_LINGERING_SECONDS = 30.0
"""A feed outlives its last reader so long: a page that is loaded again finds it running."""


class Feeds:
    """Starts a feed with its first reader, stops it some time after its last one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feeds: dict[Hashable, Feed] = {}
        self._tasks: dict[Feed, asyncio.Task[None]] = {}
        self._streams: Counter[tuple[UUID, str]] = Counter()
        self._readings: WeakValueDictionary[UUID, Readings] = WeakValueDictionary()
        """Of the organisations that have a feed: it keeps them."""

    def check(self, caller: Caller) -> None:
        """Raises ProblemError if this person reads as many streams as one may."""
        if self._streams[caller.organisation_id, caller.subject] >= MOST_STREAMS:
            raise ProblemError(
                429,
                "TOO_MANY_REQUESTS",
                f"{MOST_STREAMS} streams of yours are open",
                hint="close some of them",
                headers={"Retry-After": "30"},
            )

    @asynccontextmanager
    async def batch(self, caller: Caller, batch_id: UUID) -> AsyncGenerator[Feed]:
        """The feed of a batch, which the caller may see."""
        async with self.read(caller, ("batch", batch_id), lambda readings: BatchFeed(readings, batch_id)) as feed:
            yield feed

    @asynccontextmanager
    async def organisation(self, caller: Caller) -> AsyncGenerator[Feed]:
        """The feed of the caller's organisation."""
        async with self.read(caller, ("organisation",), OrganisationFeed) as feed:
            yield feed

    @asynccontextmanager
    async def read(
        self, caller: Caller, key: tuple[Hashable, ...], make: Callable[[Readings], Feed]
    ) -> AsyncGenerator[Feed]:
        """The feed with this key in the caller's organisation; `make` makes it for its first reader."""
        person = (caller.organisation_id, caller.subject)
        feed = self._running(caller.organisation_id, key, make)
        feed.readers += 1
        self._streams[person] += 1
        try:
            yield feed
        finally:
            feed.readers -= 1
            self._streams -= Counter([person])
            asyncio.get_running_loop().call_later(_LINGERING_SECONDS, self._stop_unread, feed)

    async def close(self) -> None:
        """End all streams; their readers leave."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _running(self, organisation_id: UUID, of: tuple[Hashable, ...], make: Callable[[Readings], Feed]) -> Feed:
        key = (organisation_id, *of)
        feed = self._feeds.get(key)
        if feed is None or feed.topic.ended:
            readings = self._readings.setdefault(organisation_id, Readings(self._database, organisation_id))
            feed = self._feeds[key] = make(readings)
            task = self._tasks[feed] = asyncio.create_task(feed.run())
            task.add_done_callback(lambda task: self._remove(key, feed, task))
        return feed

    def _stop_unread(self, feed: Feed) -> None:
        if not feed.readers and feed in self._tasks:
            # A reader that comes before the task has ended starts another feed.
            feed.topic.end()
            self._tasks[feed].cancel()

    def _remove(self, key: Hashable, feed: Feed, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            _log.error("a stream ended with an error", exc_info=error)
        del self._tasks[feed]
        if self._feeds.get(key) is feed:
            del self._feeds[key]
