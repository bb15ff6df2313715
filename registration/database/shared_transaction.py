"""Transactions that are shared by concurrent writers, and rows that are parsed one by one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import DatabaseUnavailable, LeaseLost
from registration.kit.values import why

Result = TypeVar("Result")
Work = Callable[[AsyncConnection], Awaitable[Result]]
Opening = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


@dataclass(frozen=True)
class _Asked:
    work: Work[Any]
    answer: asyncio.Future[Any]


class SharedTransaction:
    """Does short pieces of work; what is asked for while a transaction is out shares the next, which `opening` opens.

    Each piece is committed when its answer is there. One that raises is rolled back alone: the others are done again
    without it, so a piece must do nothing but read and write through the connection it is given.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._asked: list[_Asked] = []
        self._worker: asyncio.Task[None] | None = None

    async def do(self, work: Work[Result]) -> Result:
        """What `work` returns, once it is committed; raises what it or the opening of the transaction raises."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(work, answer))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            await self._together([one for one in asked if not one.answer.done()])

    async def _together(self, asked: list[_Asked]) -> None:
        try:
            async with self._opening() as connection:
                found = [await one.work(connection) for one in asked]
        except (DatabaseUnavailable, LeaseLost) as error:
            _tell(asked, error)
        except Exception as error:  # noqa: BLE001 (whatever it is, the one whose work it was must hear it)
            if len(asked) == 1:
                _tell(asked, error)
            else:
                for one in asked:
                    await self._together([one])
        else:
            _give(asked, found)


def _give(asked: list[_Asked], found: list[Any]) -> None:
    for one, result in zip(asked, found, strict=True):
        if not one.answer.done():
            one.answer.set_result(result)


def _tell(asked: list[_Asked], error: Exception) -> None:
    for one in asked:
        if not one.answer.done():
            one.answer.set_exception(error)


Value = TypeVar("Value")
Reader = Callable[[], Value]
"""Understands a row that was found; raises ValueError, which says what of it cannot be read."""


def reader(what: str, read: Callable[[Any], Value], row: object) -> Reader[Value]:
    """Reads `row`, which is called `what`, when it is asked to."""

    def now() -> Value:
        try:
            return read(row)
        except ValueError as error:
            raise ValueError(f"{what}: {why(error)}") from error

    return now
