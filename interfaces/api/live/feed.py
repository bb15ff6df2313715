"""A feed: a task that reads again and again, and puts what changed into its topic."""

import asyncio
import logging
from abc import ABC, abstractmethod
from time import monotonic
from typing import Final, Generic, TypeVar
from uuid import UUID

from interfaces.api.live.readings import Publish, Readings
from interfaces.api.live.topic import Topic
from registration.batches.revision_queries import Revisions
from registration.database.session import Transaction
from registration.errors import DatabaseUnavailable

_ANYWAY_SECONDS: Final = 15.0
"""What changes without an event, a restaurant's address or the end of a lease for example, is seen after this time."""

State = TypeVar("State")

_log = logging.getLogger("registration.api.live")


class Feed(ABC):
    """Reads for the readers of its topic, with which it ends."""

    interval: float
    """Seconds from one reading to the next."""

    def __init__(self, readings: Readings) -> None:
        self.topic = Topic()
        self.readers = 0
        self.readings = readings
        self._begun = self._tried = self._read = 0
        self._joined = self._anew = False
        self.failed = False
        """Whether it ended for another reason than that nothing more will change."""
        self._reading_ended = asyncio.Event()

    @abstractmethod
    async def read(self) -> None:
        """Put what changed since the last reading into the topic. Raises DatabaseUnavailable."""

    def join(self) -> int:
        """The number of the next reading, which reads in any case: what is in the topic may be older than a page that
        was just read.
        """
        self._joined = True
        return self._begun + 1

    @property
    def awaited(self) -> bool:
        """Whether somebody joined during this reading: the topic does not end before the next one."""
        return self._joined

    def has_tried(self, number: int) -> bool:
        """Whether that reading has ended, with or without the database."""
        return self._tried >= number

    def has_read(self, number: int) -> bool:
        """Whether the topic has what that reading found, or a later one."""
        return self._read >= number

    async def until_tried(self, number: int) -> None:
        """Wait for the end of that reading, or of the feed."""
        while not (self.has_tried(number) or self.topic.ended):
            await self._reading_ended.wait()

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
                    self._read = self._begun
                except DatabaseUnavailable as error:
                    self._joined = True
                    _log.warning("a stream waits for the database: %s", error)
                self._tried = self._begun
                self._announce()
                if not self.topic.ended:
                    await self.readings.pause(self.interval)
        except BaseException:
            self.failed = True
            raise
        finally:
            self.topic.end()
            self._announce()

    def _announce(self) -> None:
        """Wake those who wait now; who waits later waits for another reading."""
        self._reading_ended.set()
        self._reading_ended = asyncio.Event()


class RevisedFeed(Feed, Generic[State]):
    """Asks at each reading for the revision of a batch, and reads its state only when that is new.

    Without `batch_id` the revisions of all open batches count. The feed of a batch that nobody knows ends.
    """

    def __init__(self, readings: Readings, batch_id: UUID | None = None) -> None:
        super().__init__(readings)
        self.batch_id = batch_id
        self._revision: object = None
        self._read_at = float("-inf")

    @property
    def batch(self) -> UUID:
        """The batch of a feed that follows one."""
        assert self.batch_id is not None
        return self.batch_id

    @abstractmethod
    async def state(self, transaction: Transaction, revisions: Revisions, /) -> State:
        """What the database holds now."""

    @abstractmethod
    def publish(self, state: State, /) -> None:
        """Put the state into the topic; its transaction has ended."""

    async def read(self) -> None:
        """Put what changed, together with the other feeds of the organisation."""
        publish = await self.readings.take(self)
        publish()

    async def collect(self, transaction: Transaction, revisions: Revisions) -> Publish:
        """Read the state if it is due: its revision is new, somebody joined, or the last reading is long ago."""
        revision = revisions.open_batches if self.batch_id is None else revisions.batches.get(self.batch_id)
        if revision is None:
            return self._end
        if not self._anew and revision == self._revision and monotonic() - self._read_at < _ANYWAY_SECONDS:
            return _publish_nothing
        state = await self.state(transaction, revisions)

        def publish() -> None:
            # Kept is the revision that was read before the state, so a change in between is due at the next reading.
            self._revision, self._read_at = revision, monotonic()
            self.publish(state)

        return publish

    def _end(self) -> None:
        if not self.awaited:
            self.topic.end()


def _publish_nothing() -> None:
    """The state is not due."""
