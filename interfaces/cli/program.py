"""The entry point of the installed program, which can be interrupted before its other modules are imported."""

import os
import sys

from interfaces.cli.process.interrupts import Interrupts, exit_when_terminal_closes
from registration.kit.garbage_collection import collect_rarely


def main() -> None:
    """Run the command that the arguments name, and exit with its exit code."""
    interrupts = Interrupts()
    interrupts.listen()
    collect_rarely()
    # Without this, Prefect's client reports its use, and prints a notice between the lines of the first command.
    os.environ.setdefault("DO_NOT_TRACK", "1")
    from interfaces.cli.escaping import show_traceback
    from interfaces.cli.main import run
    from interfaces.cli.process.streams import with_output

    sys.excepthook = show_traceback
    try:
        with exit_when_terminal_closes():
            code = with_output(lambda: run(sys.argv[1:], interrupts))
    finally:
        # After a closed terminal neither errors nor buffered output are printed.
        interrupts.exit_if_interrupted()
    sys.exit(code)
