"""The limit of every wait in tests, and the two functions that wait."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from dev.stack import waiting

Result = TypeVar("Result")

HANG = 150.0
"""Seconds. A loaded machine may stop for most of a minute, even twice in one wait; a longer wait means a hang."""


What = str | Callable[[], str]
"""What is waited for; a function is called when the limit is reached."""


async def eventually(question: Callable[[], Awaitable[Result | None]], what: What, limit: float = HANG) -> Result:
    """The first answer that is neither None nor False; fails with `what` and the earlier answers after `limit`."""
    return await waiting.eventually(question, what, limit)


async def until(condition: Callable[[], bool], what: What, limit: float = HANG, every: float = 0.02) -> None:
    """Wait until a condition of this process holds, checked every `every` seconds; fails as `eventually` does."""
    await waiting.until(condition, what, limit, every)
