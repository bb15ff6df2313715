"""The entry point of `make up`; Ctrl-C works while the rest is still being imported."""

import sys

from dev.stack.interrupts import run_program
from interfaces.cli.process.interrupts import Interrupts


def _main(interrupts: Interrupts) -> int:
    from dev.stack.run import main

    return main(interrupts)


if __name__ == "__main__":
    sys.exit(run_program("make up", _main))
