"""Readings that many ask for at once: whoever asks while one is under way shares the next."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class SharedReading(Generic[Key, Value]):
    """Reads values by key; each answer was read after its question, and questions that come together are one reading.

    `read` takes the keys and returns their values; what it raises is raised to everybody who shared that reading.
    """

    def __init__(self, read: Callable[[Collection[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._questions: list[tuple[Key, asyncio.Future[Value]]] = []
        self._reader: asyncio.Task[None] | None = None

    async def of(self, key: Key) -> Value:
        """The value of `key` as it is now. Raises KeyError if the reading does not know it."""
        answer = asyncio.get_running_loop().create_future()
        self._questions.append((key, answer))
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        while self._questions:
            asked, self._questions = self._questions, []
            try:
                found = await self._read({key for key, _ in asked})
            except Exception as error:  # noqa: BLE001 (whatever it is, those who asked must hear it)
                _tell(asked, error)
            else:
                _give(asked, found)


def _give(asked: list[tuple[Key, asyncio.Future[Value]]], found: Mapping[Key, Value]) -> None:
    for key, answer in asked:
        if answer.done():
            continue
        if key in found:
            answer.set_result(found[key])
        else:
            answer.set_exception(KeyError(key))


def _tell(asked: list[tuple[Key, asyncio.Future[Value]]], error: Exception) -> None:
    for _, answer in asked:
        if not answer.done():
            answer.set_exception(error)
