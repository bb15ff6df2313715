"""The message of an interrupted program: what it has written, and what it has not."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

NOTHING = "nothing was written"
UNKNOWN = "the last write is either complete or not done: see `registration batches` and `registration show`"
_WRITE_LIMIT = 1.0


class WriteStatus:
    """The current message about written data; every command that writes updates it before and after a write."""

    def __init__(self) -> None:
        self.message = NOTHING

    def update(self, message: str) -> None:
        """Set the message that an interrupted program prints from now on."""
        self.message = message


write_status = WriteStatus()
"""The message of this program."""


async def uninterrupted(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a short write, which an interrupt does not cancel, so that the program knows what was written.

    After an interrupt the write is cancelled if it takes more than one further second.
    """
    writing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait({writing}, timeout=_WRITE_LIMIT)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        raise
