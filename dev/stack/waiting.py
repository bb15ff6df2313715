"""Waiting for a condition, always with a limit and a name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dev.stack.errors import Checks, NotInTime

Found = TypeVar("Found")

_GROWTH = 1.3


async def eventually(
    question: Callable[[], Awaitable[Found | None]],
    description: str | Callable[[], str],
    limit: float,
    first: float = 0.02,
    longest: float = 1.0,
) -> Found:
    """The first result of `question` that is neither None nor False. Raises NotInTime after `limit` seconds.

    The pauses between the checks grow from `first` to `longest` seconds: each check is work for a server. A description
    that is a function is called at the end of the wait, for texts that grow meanwhile.
    """
    clock = asyncio.get_running_loop().time
    began, pause = clock(), first
    count, longest_check, longest_pause = 0, 0.0, 0.0
    while True:
        started = clock()
        found = await question()
        ended = clock()
        count, longest_check = count + 1, max(longest_check, ended - started)
        if found:
            return found
        if ended - began > limit:
            waited_for = description if isinstance(description, str) else description()
            raise NotInTime(waited_for, limit, Checks(count, longest_check, longest_pause))
        await asyncio.sleep(pause)
        longest_pause = max(longest_pause, clock() - ended)
        pause = min(longest, pause * _GROWTH)


async def until(
    condition: Callable[[], bool], description: str | Callable[[], str], limit: float, every: float = 0.02
) -> None:
    """Return once the condition holds, checked every `every` seconds. Raises NotInTime after `limit` seconds."""

    async def holds() -> bool:
        return condition()

    await eventually(holds, description, limit, every, every)
