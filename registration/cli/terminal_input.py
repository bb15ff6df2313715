"""Ctrl-D where nothing is asked: the end of what is typed ends the program as Ctrl-C does."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from registration.cli.terminal import Terminal
from registration.cli.terminal_state import in_the_foreground, is_terminal

_SECONDS = 0.25
_AT_ONCE = 4096


@asynccontextmanager
async def interrupted_by_end_of_input(terminal: Terminal | None = None) -> AsyncGenerator[None]:
    """For a block in which nothing is asked, or only now and then at `terminal`, which is given what is typed ahead.

    Input that is no terminal is left alone: a program that reads nothing may well have none.
    """
    looking = asyncio.create_task(_look(terminal)) if is_terminal(0) and sys.stdin is sys.__stdin__ else None
    try:
        yield
    finally:
        if looking:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


async def _look(terminal: Terminal | None) -> None:
    """Now and then: a program in the background must not read from its terminal."""
    while True:
        with suppress(OSError):
            asks = terminal is not None and terminal.asks
            if not asks and in_the_foreground(0) and select.select([0], [], [], 0)[0]:
                if not (typed := os.read(0, _AT_ONCE)):
                    break
                if terminal is not None:
                    terminal.keep(typed)
        await asyncio.sleep(_SECONDS)
    signal.raise_signal(signal.SIGINT)
