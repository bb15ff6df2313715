"""A reader of a feed: its state from the first reading after the reader came, then what changes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interfaces.api.live.feed import Feed
from interfaces.api.live.topic import StreamEvent

AWAY: Final = "away"
"""The event by which a feed says whether the database answers; it is true whatever the age of the state is."""


@dataclass
class Reader:
    """How far the topic of a feed was read.

    What is in the topic may be older than what the reader was answered before, so the reader waits for a reading that
    began after it came. `known` is the digest of a state that the reader has; it is not told again.
    """

    feed: Feed
    known: str | None = None
    _begins: int = field(init=False)
    _seen: int = 0

    def __post_init__(self) -> None:
        self._begins = self.feed.join()

    @property
    def broken(self) -> bool:
        """Whether the feed has failed, or ended before the reader had its state: another feed must be read."""
        return self.feed.failed or (self.feed.topic.ended and not self.feed.has_read(self._begins))

    @property
    def finished(self) -> bool:
        """Whether the feed has ended because nothing more will change, and `news` has returned its last events."""
        return not self.broken and self.feed.topic.ended and self._seen == self.feed.topic.version

    async def changed(self) -> None:
        """Wait for news, for the end of the feed, or for a reading that found the database away."""
        await self.feed.until_tried(self._begins)
        if self.feed.has_read(self._begins):
            await self.feed.topic.changed(self._seen)

    def news(self) -> list[StreamEvent]:
        """The events since the last call; at first the whole state, unless the reader knows it."""
        topic = self.feed.topic
        if not self.feed.has_read(self._begins):
            if not self.feed.has_tried(self._begins):
                return []
            self._begins = self.feed.join()
            return [event for event in topic.states() if event.name == AWAY]
        first, seen, self._seen = self._seen == 0, self._seen, topic.version
        if not first:
            return topic.since(seen)
        states = topic.states()
        return [] if self.known == digest(event.data for event in states) else states


def digest(texts: Iterable[str]) -> str:
    """A short text that tells one set of texts from another, in whatever order they were made."""
    return hashlib.sha256("".join(sorted(texts)).encode()).hexdigest()[:16]
