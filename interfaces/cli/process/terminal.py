"""The terminal of a command: its state is restored at the end, and Ctrl-D outside a prompt ends the command."""

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
_INPUT, _OUTPUT = 0, 1
_SECONDS = 0.25
_AT_ONCE = 4096


class TerminalState:
    """The state of the terminal at standard input, if it is one."""

    def __init__(self) -> None:
        self._initial_state: list[Any] | None = None
        with suppress(termios.error, OSError):
            self._initial_state = termios.tcgetattr(_INPUT)

    def restore(self) -> None:
        """Restore echo, line editing and the cursor to their initial state. Never blocks."""
        if self._initial_state is None or not in_the_foreground(_INPUT):
            return
        with suppress(termios.error, OSError):
            termios.tcsetattr(_INPUT, termios.TCSANOW, self._initial_state)
        if os.environ.get("TERM", "") not in _PLAIN and is_terminal(_OUTPUT):
            write_at_once(_OUTPUT, _SHOW_CURSOR)


def write_at_once(to: int, text: bytes) -> None:
    """Write a short text without blocking; drop it if the file descriptor cannot take it."""
    with suppress(OSError, ValueError):
        if select.select([], [to], [], 0)[1]:
            os.write(to, text)


def is_terminal(file: int) -> bool:
    """Whether the file descriptor is an open terminal."""
    with suppress(OSError):
        return os.isatty(file)
    return False


def in_the_foreground(terminal: int) -> bool:
    """Whether this process is in the terminal's foreground group; a background process that reads it is stopped."""
    with suppress(OSError):
        return os.tcgetpgrp(terminal) == os.getpgrp()
    return False


@asynccontextmanager
async def interrupted_by_end_of_input(terminal: Terminal | None = None) -> AsyncGenerator[None]:
    """Interrupt the block at Ctrl-D. If `terminal` prompts within the block, it gets the input that is typed early.

    Input that is not a terminal is not read: a program without prompts may have no input at all.
    """
    watcher = (
        asyncio.create_task(_interrupt_at_end_of_input(terminal))
        if is_terminal(0) and sys.stdin is sys.__stdin__
        else None
    )
    try:
        yield
    finally:
        if watcher:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)


async def _interrupt_at_end_of_input(terminal: Terminal | None) -> None:
    """Poll the input, because a background process must not block on its terminal; at its end raise SIGINT."""
    while True:
        with suppress(OSError):
            is_prompting = terminal is not None and terminal.waits_for_line
            if not is_prompting and in_the_foreground(0) and select.select([0], [], [], 0)[0]:
                if not (typed := os.read(0, _AT_ONCE)):
                    break
                if terminal is not None:
                    terminal.prepend(typed)
        await asyncio.sleep(_SECONDS)
    signal.raise_signal(signal.SIGINT)
