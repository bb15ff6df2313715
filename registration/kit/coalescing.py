"""Coalescing of concurrent requests: all requests that arrive during some work share the next."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")
Key = TypeVar("Key")
Value = TypeVar("Value")


class Coalescer(Generic[Request, Answer]):
    """Serves requests. Work for a request begins after its arrival, and requests that arrive together share the work.

    `serve` returns an answer or an exception for each request, in their order; an exception that `serve` raises is
    raised to every request of that work. A request that is cancelled before the work begins is not served.
    """

    def __init__(self, serve: Callable[[Sequence[Request]], Awaitable[Sequence[Answer | Exception]]]) -> None:
        self._serve = serve
        self._pending: list[tuple[Request, asyncio.Future[Answer]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, request: Request) -> Answer:
        """The answer to a request."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending.append((request, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._serve_pending())
        return await future

    async def _serve_pending(self) -> None:
        while self._pending:
            pending, self._pending = self._pending, []
            if waiting := [(request, future) for request, future in pending if not future.done()]:
                answers = await self._answers([request for request, _ in waiting])
                for (_, future), answer in zip(waiting, answers, strict=True):
                    _resolve(future, answer)

    async def _answers(self, requests: list[Request]) -> Sequence[Answer | Exception]:
        try:
            return await self._serve(requests)
        except Exception as error:  # noqa: BLE001 (every waiting request must receive the error)
            return [error] * len(requests)


def _resolve(future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


class SharedReading(Generic[Key, Value]):
    """Reads values by key. Each value is read after its request, and requests that arrive together share one read.

    `read` takes the keys and returns their values; its exception is raised to every request of that read.
    """

    def __init__(self, read: Callable[[Collection[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._requests = Coalescer(self._values)

    async def of(self, key: Key) -> Value:
        """The current value of `key`. Raises KeyError if the read returns no value for it."""
        return await self._requests.ask(key)

    async def _values(self, keys: Sequence[Key]) -> list[Value | Exception]:
        values = await self._read(set(keys))
        return [values[key] if key in values else KeyError(key) for key in keys]
