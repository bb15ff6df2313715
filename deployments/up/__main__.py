"""The entry point of `make up`: it can be interrupted before anything else of it is imported."""

import sys

from registration.cli.interrupts import Interrupts, until_the_terminal_closes

if __name__ == "__main__":
    interrupts = Interrupts("make up")
    interrupts.listen()
    from deployments.up.run import main

    with until_the_terminal_closes():
        code = main(interrupts)
    sys.exit(code)
