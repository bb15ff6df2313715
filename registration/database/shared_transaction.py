"""Transactions that concurrent writers share, and rows that are parsed one by one."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from registration.database.session import Transaction
from registration.errors import DatabaseUnavailable, LeaseLost
from registration.kit.coalescing import Coalescer
from registration.kit.values import reason_text

Result = TypeVar("Result")
Work = Callable[[Transaction], Awaitable[Result]]
Opening = Callable[[], AbstractAsyncContextManager[Transaction]]
Value = TypeVar("Value")
Reader = Callable[[], Value]
"""Parses a row that was read; raises ValueError, which names the unreadable part."""


class SharedTransaction:
    """Runs short pieces of work; pieces that are requested during a transaction share the next one, opened by
    `opening`.

    A piece is committed before its result is returned. A piece that raises is rolled back alone and the others are run
    again without it, so a piece may only read and write through the connection that it is given.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._pieces: Coalescer[Work[Any], Any] = Coalescer(self._run_together)

    async def do(self, work: Work[Result]) -> Result:
        """The result of `work`, once it is committed; raises the errors of `work` and of opening the transaction."""
        return await self._pieces.ask(work)

    async def _run_together(self, works: Sequence[Work[Any]]) -> list[Any]:
        try:
            async with self._opening() as transaction:
                return [await work(transaction) for work in works]
        except (DatabaseUnavailable, LeaseLost):
            raise
        except Exception:
            if len(works) == 1:
                raise
            return [await self._run_alone(work) for work in works]

    async def _run_alone(self, work: Work[Any]) -> Any:
        try:
            [result] = await self._run_together([work])
        except Exception as error:  # noqa: BLE001 (whatever it is, the one whose work it was must hear it)
            return error
        return result


def reader(what: str, read: Callable[[Any], Value], row: object) -> Reader[Value]:
    """A reader that parses `row`, called `what` in messages, on demand."""

    def now() -> Value:
        try:
            return read(row)
        except ValueError as error:
            raise ValueError(f"{what}: {reason_text(error)}") from error

    return now
