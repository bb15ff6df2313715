"""The beginning of a program of the Makefile that runs until somebody interrupts it."""

from collections.abc import Callable

from registration.cli.interrupts import Interrupts, until_the_terminal_closes


def run_program(name: str, main: Callable[[Interrupts], int]) -> int:
    """The exit code of `main`. Interrupts are heard from here on, also while `main` imports what it needs."""
    interrupts = Interrupts(name)
    interrupts.listen()
    with until_the_terminal_closes():
        return main(interrupts)
