"""The entry point of the installed program: it can be interrupted before anything else of it is imported."""

import os
import sys

from interfaces.cli.process.interrupts import Interrupts, until_the_terminal_closes


def main() -> None:
    """Run the command of the command line, and end with its exit code."""
    interrupts = Interrupts()
    interrupts.listen()
    # Else Prefect's client reports its use, and says so between the lines of the first command in a terminal.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from interfaces.cli.escaping import show_traceback
    from interfaces.cli.main import run
    from interfaces.cli.process.streams import with_output

    sys.excepthook = show_traceback
    try:
        with until_the_terminal_closes():
            code = with_output(lambda: run(sys.argv[1:], interrupts))
    finally:
        # Whoever closed the terminal hears neither errors nor what is left in the buffers.
        interrupts.leave()
    sys.exit(code)
