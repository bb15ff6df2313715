"""What the readers of one stream are sent: the latest state of each thing, and the last log lines."""

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

_LINES = 200


@dataclass(frozen=True)
class StreamEvent:
    """One event: `data` is JSON, `version` grows with every event of a topic."""

    name: str
    data: str
    version: int


class Topic:
    """The events of one stream. A slow reader misses states in between, never the last one, and nothing is queued for
    it.
    """

    def __init__(self) -> None:
        self.id = uuid4().hex[:12]
        self.ended = False
        """Whether no event will follow; set by `end`."""
        self._states: dict[tuple[str, str], StreamEvent] = {}
        self._lines: deque[StreamEvent] = deque(maxlen=_LINES)
        self._versions = count(1)
        self._changed = asyncio.Event()
        self.version = 0
        """The version of the newest event; 0 before the first."""

    def put(self, name: str, key: str, data: str) -> None:
        """Set the state of one thing; the same state again is no event."""
        known = self._states.get((name, key))
        if known is None or known.data != data:
            self._states[name, key] = self._next(name, data)

    def log(self, name: str, data: str) -> None:
        """Add a line. Readers that come later do not get it."""
        self._lines.append(self._next(name, data))

    def retire(self, name: str, key: str) -> None:
        """Those who listen now still get the latest state of this thing; later readers do not."""
        if event := self._states.pop((name, key), None):
            self._lines.append(event)

    def end(self) -> None:
        """Let every reader leave after the events that are there."""
        self.ended = True
        self._announce()

    def states(self) -> list[StreamEvent]:
        """The latest state of everything, oldest first."""
        return sorted(self._states.values(), key=lambda event: event.version)

    def since(self, version: int) -> list[StreamEvent]:
        """The events after `version`, oldest first."""
        events = [*self._states.values(), *self._lines]
        return sorted((event for event in events if event.version > version), key=lambda event: event.version)

    async def changed(self, version: int) -> None:
        """Wait for an event after `version`, or for the end."""
        while self.version <= version and not self.ended:
            await self._changed.wait()

    def _next(self, name: str, data: str) -> StreamEvent:
        self.version = next(self._versions)
        self._announce()
        return StreamEvent(name, data, self.version)

    def _announce(self) -> None:
        """Wake those who wait now; who waits later waits for another event."""
        self._changed.set()
        self._changed = asyncio.Event()
