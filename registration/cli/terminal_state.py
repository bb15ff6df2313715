"""How the terminal was when the program began, and having it so again."""

import os
import select
import termios
from contextlib import suppress
from typing import Any

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
