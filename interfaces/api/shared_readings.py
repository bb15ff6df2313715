"""Requests that ask for the same at the same time are answered by one reading.

A reading serves only requests that arrived before it began, so nobody is given an answer that is older than the
request. Many clients that follow one batch cost as much as one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass

from fastapi import Response


@dataclass(frozen=True)
class Answer:
    """A complete answer that is sent to several requests; `added` are headers that are set on the way out."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    added: Mapping[str, str]

    def response(self) -> Response:
        """A response of its own for one request, because middleware changes the headers of a response."""
        return Response(self.body, status_code=self.status, headers=dict(self.headers))


Read = Callable[[], Awaitable[Answer]]


class SharedReadings:
    """For each key at most one reading in progress, and one that begins after it for all who asked meanwhile."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Answer]] = {}
        self._next: dict[Hashable, asyncio.Task[Answer]] = {}

    async def answer(self, key: Hashable, read: Read) -> Answer:
        """The answer of a reading that begins from now on. Raises what `read` raises, for all who wait for it."""
        reading = self._next.get(key)
        if reading is None:
            reading = self._next[key] = asyncio.create_task(self._read(key, self._running.get(key), read))
            reading.add_done_callback(_seen)
        return await asyncio.shield(reading)

    async def _read(self, key: Hashable, running: asyncio.Task[Answer] | None, read: Read) -> Answer:
        if running is not None:
            await asyncio.wait([running])
        own = self._running[key] = self._next.pop(key)
        try:
            return await read()
        finally:
            if self._running.get(key) is own:
                del self._running[key]


def _seen(reading: asyncio.Task[Answer]) -> None:
    """Nobody may be left to receive an error: a client that is gone takes no answer."""
    if not reading.cancelled():
        reading.exception()
