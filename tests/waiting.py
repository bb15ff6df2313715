"""The limit of every wait for something that must come, and the two ways to wait for it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from dev.stack import waiting

Found = TypeVar("Found")

HANG = 150.0
"""Seconds. A machine may stand still for most of a minute, even twice in one wait: only what hangs takes longer."""


async def eventually(question: Callable[[], Awaitable[Found | None]], what: str, limit: float = HANG) -> Found:
    """The first answer that is neither None nor False; fails with `what` and the course of the wait after `limit`."""
    return await waiting.eventually(question, what, limit)


async def until(condition: Callable[[], bool], what: str, limit: float = HANG, every: float = 0.02) -> None:
    """Return once a condition of this process holds, asked every `every` seconds; fails as `eventually` does."""
    await waiting.until(condition, what, limit, every)
