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

    @abstractmethod
    async def read(self) -> None:
        """Put what changed since the last reading into the topic. Raises DatabaseUnavailable."""

    def is_due(self, revision: object) -> bool:
        """Whether the state must be read: its revision is new, or the last reading is long ago."""
        return revision != self._revision or monotonic() - self._read_at >= _ANYWAY_SECONDS

    def have_read(self, revision: object) -> None:
        """Keep the revision of the state that was read. It is read before the state, so a later change is due again."""
        self._revision, self._read_at = revision, monotonic()

    async def run(self) -> None:
        """Read until the topic has ended; while the database is away, try again. Whatever else goes wrong is raised,
        and ends the stream: its readers come back, and start another feed.
        """
        try:
            while not self.topic.ended:
                try:
                    await self.read()
                except DatabaseUnavailable as error:
                    _log.warning("a stream waits for the database: %s", error)
                await asyncio.sleep(0 if self.topic.ended else self.interval)
        finally:
            self.topic.end()
