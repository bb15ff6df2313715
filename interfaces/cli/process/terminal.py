"""The terminal of a command: its state is restored at the end, and Ctrl-D where nothing is asked ends the command."""

import asyncio
import os
import select
import signal
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from interfaces.cli.conversation.terminal import Terminal

_SHOW_CURSOR = b"\x1b[?25h"
_PLAIN = ("", "dumb", "unknown")
_TYPED_ON, _SHOWN_ON = 0, 1


class TerminalState:
    """The terminal that is typed on, if there is one."""

    def __init__(self) -> None:
        self._was: list[Any] | None = None
        with suppress(termios.error, OSError):
            self._was = termios.tcgetattr(_TYPED_ON)

    def restore(self) -> None:
        """Typed characters are shown, lines are edited, the cursor is visible: as it was. Never waits."""
        if self._was is None or not in_the_foreground(_TYPED_ON):
            return
        with suppress(termios.error, OSError):
            termios.tcsetattr(_TYPED_ON, termios.TCSANOW, self._was)
        if os.environ.get("TERM", "") not in _PLAIN and is_terminal(_SHOWN_ON):
            write_at_once(_SHOWN_ON, _SHOW_CURSOR)


def write_at_once(to: int, text: bytes) -> None:
    """Write a few words; not at all where nobody takes them."""
    with suppress(OSError, ValueError):
        if select.select([], [to], [], 0)[1]:
            os.write(to, text)


def is_terminal(file: int) -> bool:
    """Whether it is an open terminal."""
    with suppress(OSError):
        return os.isatty(file)
    return False


def in_the_foreground(terminal: int) -> bool:
    """Whether the terminal is ours now: a program in the background that touches it is stopped."""
    with suppress(OSError):
        return os.tcgetpgrp(terminal) == os.getpgrp()
    return False


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
