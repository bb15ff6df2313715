"""Whether an outside service answers, as one process sees it, and how often the process asks while it does not."""

import asyncio
import time
from contextlib import suppress

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between two requests of a process to a service that does not answer."""


class Outage:
    """The state of one service for all tasks of a process.

    While the service does not answer, one request may leave per pause, whichever task sends it; the pauses grow. The
    first answer ends the outage, and all tasks may ask again.
    """

    def __init__(self, first_pause: float, longest_pause: float) -> None:
        """Both pauses are in seconds."""
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._pause = first_pause
        self._next_at: float | None = None
        self._answered = asyncio.Event()

    @property
    def is_away(self) -> bool:
        """True since a request was not answered, and until one is."""
        return self._next_at is not None

    def may_ask(self) -> bool:
        """True if the caller may send a request now. During an outage that takes the turn of all tasks: the next one
        comes a pause after its failure, or after the longest pause if its end is not reported.
        """
        if self._next_at is None:
            return True
        if time.monotonic() < self._next_at:
            return False
        self._next_at = time.monotonic() + self._longest_pause
        self._pause = min(2 * self._pause, self._longest_pause)
        return True

    def unanswered(self) -> None:
        """Report that the service did not answer a request."""
        if self._next_at is None:
            self._answered.clear()
        self._next_at = time.monotonic() + self._pause

    def answered(self) -> None:
        """Report that the service answered."""
        self._next_at, self._pause = None, self._first_pause
        self._answered.set()

    async def wait(self, least: float, most: float) -> None:
        """Wait for the next turn, or for the end of the outage, but at least and at most so many seconds."""
        await asyncio.sleep(min(least, most))
        if self._next_at is None:
            return
        left = min(self._next_at - time.monotonic(), most - least)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, left)):
                await self._answered.wait()
