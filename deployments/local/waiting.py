"""Waiting for a condition, always with a limit and a name."""

import asyncio
from collections.abc import Callable

from deployments.local.errors import NotInTime


async def until(condition: Callable[[], bool], what: str, limit: float, every: float = 0.02) -> None:
    """Return once the condition holds; it is asked every `every` seconds. Raises NotInTime after `limit` seconds."""
    deadline = asyncio.get_running_loop().time() + limit
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise NotInTime(what, limit)
        await asyncio.sleep(every)
