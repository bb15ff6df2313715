"""The entry point of `make demo`; Ctrl-C works while the rest is still being imported."""

import sys

from dev.stack.interrupts import run_program
from interfaces.cli.process.interrupts import Interrupts


def _main(interrupts: Interrupts) -> int:
    from dev.demo.run import main

    return main(interrupts)


if __name__ == "__main__":
    sys.exit(run_program("make demo", _main))
