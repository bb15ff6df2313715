"""The entry point of the installed program: it can be interrupted before anything else of it is imported."""

import sys

from registration.cli.interrupts import Interrupts


def main() -> None:
    """Run the command of the command line, and end with its exit code."""
    interrupts = Interrupts()
    interrupts.listen()
    from registration.cli.harmless import show_traceback
    from registration.cli.main import run
    from registration.cli.streams import with_output

    sys.excepthook = show_traceback
    try:
        code = with_output(lambda: run(sys.argv[1:], interrupts))
    finally:
        # Whoever closed the terminal hears neither errors nor what is left in the buffers.
        interrupts.leave()
    sys.exit(code)
