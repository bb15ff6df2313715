"""The entry point of `make up`: it can be interrupted before anything else of it is imported."""

import sys

from deployments.local.program import run_program
from registration.cli.interrupts import Interrupts


def _main(interrupts: Interrupts) -> int:
    from deployments.up.run import main

    return main(interrupts)


if __name__ == "__main__":
    sys.exit(run_program("make up", _main))
