"""Server-sent events: a batch while it is worked on, and the batches of the organisation.

A browser's EventSource sends no header: a page signs in with its cookie, a program with its token. No address holds
a token.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interfaces.api.auth import Caller, Viewer
from interfaces.api.live.feed import Feed
from interfaces.api.live.feeds import Feeds
from interfaces.api.live.reader import Reader
from interfaces.api.tokens import LEEWAY_SECONDS
from registration.batches.overview_queries import read_overview

router = APIRouter(tags=["events"])

_RECONNECT_MILLISECONDS = 3000


async def _readable_batch(batch_id: UUID, caller: Viewer) -> UUID:
    """The batch, if the caller may see it; what is wrong must be known before the stream begins."""
    async with caller.reading() as transaction:
        await read_overview(transaction, batch_id)
    return batch_id


async def _feeds(request: Request, caller: Viewer) -> Feeds:
    feeds: Feeds = request.app.state.feeds
    feeds.check(caller)
    return feeds


ReadableBatch = Annotated[UUID, Depends(_readable_batch)]
Streams = Annotated[Feeds, Depends(_feeds)]


@router.get(
    "/registration-batches/{batch_id}/events",
    operation_id="RegistrationBatchEvents",
    response_class=EventSourceResponse,
)
async def batch_events(batch: ReadableBatch, caller: Viewer, feeds: Streams) -> AsyncIterable[ServerSentEvent]:
    """The batch as it changes: `batch`, `job` (without restaurant and candidates), `gate`, `told` (a line), `end`.

    First comes the whole state, also after a reconnection, then what changes. The stream ends with the batch, or when
    the token is no longer valid.
    """
    async with feeds.batch(caller, batch) as feed:
        async for event in _events(feed, caller):
            yield event


@router.get("/events", operation_id="RegistrationEvents", response_class=EventSourceResponse)
async def events(caller: Viewer, feeds: Streams) -> AsyncIterable[ServerSentEvent]:
    """The batches of the organisation that are open: `batch` for each as it is, then for each that changes or ends.

    `ready` follows the first of them.
    """
    async with feeds.organisation(caller) as feed:
        async for event in _events(feed, caller):
            yield event


async def _events(feed: Feed, caller: Caller) -> AsyncGenerator[ServerSentEvent]:
    """The state of the feed, then what follows, until it ends or the token expires."""
    reader, topic = Reader(feed), feed.topic
    yield ServerSentEvent(retry=_RECONNECT_MILLISECONDS)
    while await _changed(reader, caller):
        for event in reader.news():
            yield ServerSentEvent(event=event.name, raw_data=event.data, id=f"{topic.id}-{event.version}")
        if reader.finished or reader.broken:
            return


async def _changed(reader: Reader, caller: Caller) -> bool:
    """Wait for something new or the end of the feed; False once the token has expired."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, caller.expires_at + LEEWAY_SECONDS - time.time())):
            await reader.changed()
            return True
    return False
