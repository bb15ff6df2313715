"""The process of a command: its arguments, its exit codes, and an output that a reader may close early."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from interfaces.cli.escaping import HarmlessConsole, complain

DONE, FAILED, WRONG_USE, WAITING_FOR_A_PERSON = 0, 1, 2, 3


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Errors of a disk that takes nothing more, or fails.

A closed terminal gives EIO as well. The complaint, which goes to the same terminal, then raises it once more, and
`interrupts.until_the_terminal_closes` ends the program.
"""


class OutputConsole(HarmlessConsole):
    """A console that obeys no text from outside, and leaves to `with_output` what happens when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Raise it like any other write does."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def is_text(argument: str) -> bool:
    """Whether it is text: bytes that are no UTF-8 come in as lone surrogates, which nothing can store or print."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def not_text(arguments: Sequence[str]) -> str | None:
    """Which argument is no text, in words; None if all are."""
    wrong = next((argument for argument in arguments if not is_text(argument)), None)
    if wrong is None:
        return None
    shown = wrong.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return f"the argument '{shown}' is not UTF-8 text; set the terminal to UTF-8, or rename the file"


def with_output(command: Callable[[], int]) -> int:
    """The exit code of a command whose output may go nowhere.

    If nobody reads on (`registration gates | head -1`), the process ends as all programs of Unix do, by SIGPIPE and
    without a word; if the disk is full, in one line.
    """
    _open_closed_streams()
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        _end_quietly()
        return FAILED
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _discard_output()
        complain(f"the output cannot be written: {error.strerror}")
        return FAILED
    return code


def _open_closed_streams() -> None:
    """Output that was closed (`>&-`) goes nowhere; what its encoding does not have is escaped."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _end_quietly() -> None:
    _discard_output()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)


def _discard_output() -> None:
    """What is still in the buffers is flushed at the end of the process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
