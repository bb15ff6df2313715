"""What an interrupted program says of itself: what is written, and what is not."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

NOTHING = "nothing was written"
UNKNOWN = "what was being written is written whole or not at all: `registration batches` and `registration show` tell"
_PATIENCE = 1.0


class Standing:
    """How things stand at any moment of the program, in words for people; commands that write keep it true."""

    def __init__(self) -> None:
        self.words = NOTHING

    def now(self, words: str) -> None:
        """From now on an interrupted program says these words."""
        self.words = words


standing = Standing()
"""The program's own."""


async def uninterrupted(work: Coroutine[Any, Any, Result]) -> Result:
    """What a short write returns: an interrupt takes effect after it, so that it is known whether it was written.

    What takes longer than a second is given up.
    """
    writing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait({writing}, timeout=_PATIENCE)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        raise
