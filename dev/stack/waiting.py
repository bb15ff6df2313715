"""Waiting for a condition, always with a limit and a name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dev.stack.errors import Asked, NotInTime

Found = TypeVar("Found")

_GROWTH = 1.3


async def eventually(
    question: Callable[[], Awaitable[Found | None]], what: str, limit: float, first: float = 0.02, longest: float = 1.0
) -> Found:
    """The first answer that is neither None nor False. Raises NotInTime after `limit` seconds.

    The pauses between the questions grow from `first` to `longest` seconds: each question costs the server it asks.
    """
    clock = asyncio.get_running_loop().time
    began, pause = clock(), first
    count, longest_answer, longest_pause = 0, 0.0, 0.0
    while True:
        asked = clock()
        found = await question()
        answered = clock()
        count, longest_answer = count + 1, max(longest_answer, answered - asked)
        if found:
            return found
        if answered - began > limit:
            raise NotInTime(what, limit, Asked(count, longest_answer, longest_pause))
        await asyncio.sleep(pause)
        longest_pause = max(longest_pause, clock() - answered)
        pause = min(longest, pause * _GROWTH)


async def until(condition: Callable[[], bool], what: str, limit: float, every: float = 0.02) -> None:
    """Return once the condition holds; it is asked every `every` seconds. Raises NotInTime after `limit` seconds."""

    async def holds() -> bool:
        return condition()

    await eventually(holds, what, limit, every, every)
