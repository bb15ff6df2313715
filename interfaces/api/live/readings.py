"""The readings of the database for the feeds of one organisation: one transaction a second for all of them.

The feeds of an organisation pause until the same moments. Those that ask at one moment are served by one transaction,
which begins after they asked, with one query for all revisions.
"""

import asyncio
from collections.abc import Callable, Sequence
from math import floor
from typing import Final, Protocol
from uuid import UUID

from registration.batches.revision_queries import Revisions, read_revisions
from registration.database.session import Database, Transaction
from registration.errors import DatabaseUnavailable
from registration.kit.coalescing import Coalescer

Publish = Callable[[], None]
"""What is left to do with a state once its transaction has ended."""
_PHASES: Final = 1000


class Collecting(Protocol):
    """A feed at a reading; without `batch_id` it follows all open batches."""

    batch_id: UUID | None

    async def collect(self, transaction: Transaction, revisions: Revisions) -> Publish:
        """Read the state if it is due."""
        ...


class Readings:
    """Reads for the feeds of one organisation."""

    def __init__(self, database: Database, organisation_id: UUID) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._feeds: Coalescer[Collecting, Publish] = Coalescer(self._read)
        # Organisations do not all read at the same moment.
        self._phase = organisation_id.int % _PHASES / _PHASES

    async def take(self, feed: Collecting) -> Publish:
        """What the feed collected in a transaction that began after this call. Raises DatabaseUnavailable, and what
        the feed raises.
        """
        return await self._feeds.ask(feed)

    async def pause(self, seconds: float) -> None:
        """Return at the next moment that is a multiple of `seconds`, together with all others who wait for it."""
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()
        number = floor((loop.time() - self._phase) / seconds) + 1
        timer = loop.call_at(number * seconds + self._phase, _reach, reached)
        try:
            await reached
        finally:
            timer.cancel()

    async def _read(self, feeds: Sequence[Collecting]) -> Sequence[Publish | Exception]:
        try:
            return await self._together(feeds)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 (the feed whose error it is must hear of it, the others must not)
            return [await self._alone(feed) for feed in feeds] if len(feeds) > 1 else [error]

    async def _alone(self, feed: Collecting) -> Publish | Exception:
        try:
            [publish] = await self._together([feed])
        except Exception as error:  # noqa: BLE001 (every error is the answer of this feed, which raises it; the other feeds are read)
            return error
        return publish

    async def _together(self, feeds: Sequence[Collecting]) -> list[Publish]:
        batch_ids = {feed.batch_id for feed in feeds if feed.batch_id is not None}
        open_too = any(feed.batch_id is None for feed in feeds)
        async with self._database.transaction(self._organisation_id, read_only=True) as transaction:
            revisions = await read_revisions(transaction, batch_ids, open_too=open_too)
            return [await feed.collect(transaction, revisions) for feed in feeds]


def _reach(moment: asyncio.Future[None]) -> None:
    """End a pause, unless it was cancelled at this moment."""
    if not moment.done():
        moment.set_result(None)
