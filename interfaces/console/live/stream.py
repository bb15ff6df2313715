"""One stream for a page: the fragments of several feeds, as they change.

Each fragment is an element with an id, and takes the place of the element with that id. Elements that a page does not
show are passed over, so every page may read every feed.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.sse import ServerSentEvent

from interfaces.api.live.feed import Feed
from interfaces.api.live.feeds import Feeds
from interfaces.api.live.reader import Reader
from interfaces.api.live.readings import Readings
from interfaces.console.sessions import Sessions, Viewer, Visitor, token_of
from registration.errors import DatabaseUnavailable

_RECONNECT_MILLISECONDS: Final = 1000
_SESSION_SECONDS: Final = 30.0
_FIRST_TAG: Final = re.compile(r"^<([a-z]+)")


@dataclass(frozen=True)
class Wanted:
    """A feed that a page reads: its key among the feeds of the organisation, and how it is made.

    `known` is the digest of the fragments that the page has already; they are not sent again.
    """

    key: tuple[Hashable, ...]
    make: Callable[[Readings], Feed]
    known: str | None = None


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
    """What changes on a page, until its session ends or a feed fails, after which the page asks for another stream."""
    feeds: Feeds = request.app.state.feeds
    # A page that was sent something is no longer as it was rendered.
    again = "last-event-id" in request.headers
    async with AsyncExitStack() as stack:
        readers: list[Reader] = []
        for one in wanted:
            feed = await stack.enter_async_context(feeds.read(visitor, one.key, one.make))
            readers.append(Reader(feed, None if again else one.known))
        session_end = asyncio.create_task(_session_end(request, readers[0].feed.readings))
        stack.callback(session_end.cancel)
        yield ServerSentEvent(comment="open", retry=_RECONNECT_MILLISECONDS)
        while not (session_end.done() or any(reader.broken for reader in readers)):
            for event in [event for reader in readers for event in reader.news()]:
                # Each in a message of its own: browsers drop a row of a table that follows another element.
                yield ServerSentEvent(raw_data=replacing(event.data), id=str(event.version))
            await _changed(readers, session_end)


async def _changed(readers: list[Reader], session_end: asyncio.Task[None]) -> None:
    """Return when a topic has something new or ends, or the session does."""
    waiting = [asyncio.create_task(reader.changed()) for reader in readers if not reader.finished]
    try:
        await asyncio.wait([*waiting, session_end], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def _session_end(request: Request, readings: Readings) -> None:
    """Return once the session of the request has ended. All streams of an organisation ask at the same moments."""
    sessions: Sessions = request.app.state.sessions
    token, stands = token_of(request), True
    while stands:
        await readings.pause(_SESSION_SECONDS)
        # Nobody is signed out because the database is away.
        with suppress(DatabaseUnavailable):
            stands = await sessions.stands(token)
