"""Ctrl-D where nothing is asked: the end of what is typed ends the program as Ctrl-C does."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

from registration.cli.terminal_state import in_the_foreground, is_terminal

_SECONDS = 0.25
_AT_ONCE = 4096


@asynccontextmanager
async def interrupted_by_end_of_input(keep: Callable[[bytes], None] = lambda _: None) -> AsyncGenerator[None]:
    """For a block in which nothing is asked; lines that are typed meanwhile go to `keep`.

    Input that is no terminal is left alone: a program that reads nothing may well have none.
    """
    looking = asyncio.create_task(_look(keep)) if is_terminal(0) and sys.stdin is sys.__stdin__ else None
    try:
        yield
    finally:
        if looking:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


async def _look(keep: Callable[[bytes], None]) -> None:
    """Now and then: a program in the background must not read from its terminal."""
    while True:
        with suppress(OSError):
            if in_the_foreground(0) and select.select([0], [], [], 0)[0]:
                if not (typed := os.read(0, _AT_ONCE)):
                    break
                keep(typed)
        await asyncio.sleep(_SECONDS)
    signal.raise_signal(signal.SIGINT)
