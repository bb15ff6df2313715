"""The arguments, exit codes and output streams of a command; a reader may close the output early."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from interfaces.cli.escaping import EscapingConsole, complain

DONE, FAILED, WRONG_USE, WAITING_FOR_A_PERSON = 0, 1, 2, 3


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Errors of a disk that is full or fails.

A closed terminal raises EIO as well. Printing the error to that terminal then raises EIO again, at which
`interrupts.exit_when_terminal_closes` ends the program.
"""


class OutputConsole(EscapingConsole):
    """A console that escapes texts from outside, and raises BrokenPipeError to `with_output` if the reader has gone."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError, where rich would exit."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def is_text(argument: str) -> bool:
    """Whether the argument is valid UTF-8: Python turns other bytes into lone surrogates, which cannot be stored."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def first_invalid_argument(arguments: Sequence[str]) -> str | None:
    """The error message about the first argument that is not UTF-8; None if all are."""
    argument = next((argument for argument in arguments if not is_text(argument)), None)
    if argument is None:
        return None
    escaped = argument.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return f"the argument '{escaped}' is not UTF-8 text; set the terminal to UTF-8, or rename the file"


def with_output(command: Callable[[], int]) -> int:
    """The exit code of a command whose output may be closed.

    If the reader has gone (`registration gates | head -1`), the process ends silently by SIGPIPE, as Unix programs
    do; if the disk is full, it prints one line and fails.
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
    """Discard output whose stream is closed (`>&-`), and escape characters that the stream's encoding lacks."""
    sys.stdout = sys.stdout or _discarding_stream()
    sys.stderr = sys.stderr or _discarding_stream()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _discarding_stream() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _end_quietly() -> None:
    _discard_output()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)


def _discard_output() -> None:
    """Send stdout to the null device, so that flushing the buffers at exit raises nothing."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
