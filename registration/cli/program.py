"""The entry point of the installed program: it can be interrupted before anything else of it is imported."""

import errno
import os
import signal
import sys

from registration.cli.interrupts import Interrupts

_TERMINAL_CLOSED = 128 + signal.SIGHUP
"""Also if the output is refused before the signal comes."""


def main() -> None:
    """Run the command of the command line, and end with its exit code."""
    interrupts = Interrupts()
    interrupts.listen()
    # Else Prefect's client reports its use, and says so between the lines of the first command in a terminal.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from registration.cli.harmless import show_traceback
    from registration.cli.main import run
    from registration.cli.streams import with_output

    sys.excepthook = show_traceback
    try:
        code = with_output(lambda: run(sys.argv[1:], interrupts))
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        os._exit(_TERMINAL_CLOSED)
    finally:
        # Whoever closed the terminal hears neither errors nor what is left in the buffers.
        interrupts.leave()
    sys.exit(code)
