"""One stream for a page: the fragments of several feeds, as they change.

Each fragment is an element with an id, and takes the place of the element with that id. Elements that a page does not
show are passed over, so every page may read every feed.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncGenerator, Callable, Hashable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.sse import ServerSentEvent

from interfaces.api.live.feed import Feed
from interfaces.api.live.feeds import Feeds
from interfaces.api.live.topic import StreamEvent, Topic
from interfaces.console.sessions import Sessions, Viewer, Visitor, token_of
from registration.database.session import Database

_RECONNECT_MILLISECONDS: Final = 1000
_SESSION_SECONDS: Final = 30.0
_FIRST_TAG: Final = re.compile(r"^<([a-z]+)")


@dataclass(frozen=True)
class Wanted:
    """A feed that a page reads: its key among the feeds of the organisation, and how it is made.

    `known` is the digest of the fragments that the page has already; they are not sent again.
    """

    key: tuple[Hashable, ...]
    make: Callable[[Database, Visitor], Feed]
    known: str | None = None


@dataclass
class _Reader:
    """How far the topic of one feed was read; from the reading `begins` on, which is no older than the page."""

    feed: Feed
    known: str | None
    begins: int
    seen: int = 0

    @property
    def topic(self) -> Topic:
        """The events of the feed."""
        return self.feed.topic

    async def changed(self) -> None:
        """Wait for an event, or for the end of the feed."""
        await self.feed.until_read(self.begins)
        await self.topic.changed(self.seen)

    def news(self) -> list[StreamEvent]:
        """The events since the last call; at first the whole state, unless the page has it."""
        if not (self.feed.has_read(self.begins) or self.topic.ended):
            return []
        first, seen = self.seen == 0, self.seen
        self.seen = self.topic.version
        if not first:
            return self.topic.since(seen)
        states = self.topic.states()
        return [] if self.known == digest(event.data for event in states) else states


def digest(fragments: Iterable[str]) -> str:
    """A short text that tells one set of fragments from another, in whatever order they were made."""
    return hashlib.sha256("".join(sorted(fragments)).encode()).hexdigest()[:16]


def replacing(fragment: str) -> str:
    """The fragment as a message that has it take the place of the element with its id."""
    # Text that is marked as safe would escape what is put into it.
    return _FIRST_TAG.sub(r'<\1 hx-swap-oob="outerMorph"', str(fragment).strip(), count=1)


async def _readable(request: Request, visitor: Viewer) -> Visitor:
    """The visitor, who reads no more streams than one may; checked before the stream begins."""
    feeds: Feeds = request.app.state.feeds
    feeds.check(visitor)
    return visitor


StreamReader = Annotated[Visitor, Depends(_readable)]


async def fragments(request: Request, visitor: Visitor, *wanted: Wanted) -> AsyncGenerator[ServerSentEvent]:
    """What changes on a page, until its session ends, or the first feed does, which is the one of every page."""
    feeds: Feeds = request.app.state.feeds
    database: Database = request.app.state.database
    # A page that was sent something is no longer as it was rendered.
    again = "last-event-id" in request.headers
    async with AsyncExitStack() as stack:
        readers: list[_Reader] = []
        for one in wanted:
            reading = feeds.read(visitor, one.key, lambda make=one.make: make(database, visitor))
            feed = await stack.enter_async_context(reading)
            readers.append(_Reader(feed, None if again else one.known, feed.join()))
        yield ServerSentEvent(comment="open", retry=_RECONNECT_MILLISECONDS)
        checked = time.monotonic()
        while not readers[0].topic.ended:
            for event in [event for reader in readers for event in reader.news()]:
                # Each in a message of its own: browsers drop a row of a table that follows another element.
                yield ServerSentEvent(raw_data=replacing(event.data), id=str(event.version))
            await _changed(readers)
            if time.monotonic() - checked > _SESSION_SECONDS:
                if not await _still_signed_in(request):
                    return
                checked = time.monotonic()


async def _changed(readers: list[_Reader]) -> None:
    """Return when a topic has something new or ends; at the latest when the session is to be checked."""
    waiting = [
        asyncio.create_task(reader.changed()) for reader in readers if reader is readers[0] or not reader.topic.ended
    ]
    try:
        await asyncio.wait(waiting, timeout=_SESSION_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def _still_signed_in(request: Request) -> bool:
    sessions: Sessions = request.app.state.sessions
    return await sessions.find(token_of(request)) is not None
