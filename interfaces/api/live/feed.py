"""A feed: a task that reads again and again, and puts what changed into its topic."""

import asyncio
import logging
from abc import ABC, abstractmethod
from time import monotonic
from typing import Final
from uuid import UUID

from interfaces.api.live.topic import Topic
from registration.database.session import Database
from registration.errors import DatabaseUnavailable

_ANYWAY_SECONDS: Final = 15.0
"""What changes without an event, a restaurant's address or the end of a lease for example, is seen after this time."""

_log = logging.getLogger("registration.api.live")


class Feed(ABC):
    """Reads as one organisation sees the database; ends with its topic."""

    interval: float
    """Seconds from one reading to the next."""

    def __init__(self, database: Database, organisation_id: UUID) -> None:
        self.topic = Topic()
        self.readers = 0
        self.database = database
        self.organisation_id = organisation_id
        self._revision: object = None
        self._read_at = float("-inf")
        self._begun = self._ended = 0
        self._joined = self._anew = False
        self._has_read = asyncio.Event()

    @abstractmethod
    async def read(self) -> None:
        """Put what changed since the last reading into the topic. Raises DatabaseUnavailable."""

    def is_due(self, revision: object) -> bool:
        """Whether the state must be read: its revision is new, somebody joined, or the last reading is long ago."""
        return self._anew or revision != self._revision or monotonic() - self._read_at >= _ANYWAY_SECONDS

    def have_read(self, revision: object) -> None:
        """Keep the revision of the state that was read. It is read before the state, so a later change is due again."""
        self._revision, self._read_at = revision, monotonic()

    def join(self) -> int:
        """The number of the next reading, which reads in any case: what is in the topic may be older than a page that
        was just read.
        """
        self._joined = True
        return self._begun + 1

    def has_read(self, number: int) -> bool:
        """Whether that reading has ended, with or without the database."""
        return self._ended >= number

    async def until_read(self, number: int) -> None:
        """Wait for the end of that reading, or of the feed."""
        while not (self.has_read(number) or self.topic.ended):
            await self._has_read.wait()

    async def run(self) -> None:
        """Read until the topic has ended; while the database is away, try again. Whatever else goes wrong is raised,
        and ends the stream: its readers come back, and start another feed.
        """
        try:
            while not self.topic.ended:
                self._begun += 1
                self._anew, self._joined = self._joined, False
                try:
                    await self.read()
                except DatabaseUnavailable as error:
                    self._joined = True
                    _log.warning("a stream waits for the database: %s", error)
                self._ended = self._begun
                self._announce()
                await asyncio.sleep(0 if self.topic.ended else self.interval)
        finally:
            self.topic.end()
            self._announce()

    def _announce(self) -> None:
        """Wake those who wait now; who waits later waits for another reading."""
        self._has_read.set()
        self._has_read = asyncio.Event()
