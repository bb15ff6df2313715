"""Requests that ask for the same at the same time are answered by one reading.

A reading serves only requests that arrived before it began, so nobody is given an answer that is older than the
request. Many clients that follow one batch cost as much as one.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Response

from registration.kit.coalescing import Coalescer


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
    """For each key the requests that wait for a reading; a key is kept while somebody waits."""

    def __init__(self) -> None:
        self._readings: dict[Hashable, Coalescer[Read, Answer]] = {}
        self._waiting: Counter[Hashable] = Counter()

    async def answer(self, key: Hashable, read: Read) -> Answer:
        """The answer of a reading that begins from now on. Raises what the reading raises, for all who wait for it."""
        reading = self._readings.setdefault(key, Coalescer(_read_once))
        self._waiting[key] += 1
        try:
            return await reading.ask(read)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._readings[key]


async def _read_once(reads: Sequence[Read]) -> list[Answer | Exception]:
    answer = await reads[0]()
    return [answer] * len(reads)
