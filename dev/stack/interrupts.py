"""Programs of the Makefile that run until Ctrl-C, a termination or a closed terminal."""

from collections.abc import Callable, Coroutine
from typing import Any

from dev.stack.process_tree import kill_descendants
from dev.stack.temporary import remove_temporary_folders
from interfaces.cli.process.interrupted import standing
from interfaces.cli.process.interrupts import Interrupted, Interrupts, until_the_terminal_closes

STOPPED = "nothing is left running"


def run_interruptible(main: Coroutine[Any, Any, int], interrupts: Interrupts | str) -> int:
    """Run to the end and return the exit code, or by convention that of the signal that interrupted it.

    The first signal cancels `main`, so that every `async with` in it stops what it started; further signals change
    nothing. What has not stopped after the time of `interrupts` is killed, and temporary folders are removed.
    `interrupts` listen already, or begin to in the name of a program.
    """
    if isinstance(interrupts, str):
        interrupts = Interrupts(interrupts)
        interrupts.listen()
    standing.now(STOPPED)
    interrupts.by_force = _leave_nothing
    try:
        return interrupts.run(main)
    except Interrupted as interrupted:
        return interrupted.code


def _leave_nothing() -> None:
    kill_descendants()
    remove_temporary_folders()


def run_program(name: str, main: Callable[[Interrupts], int]) -> int:
    """The exit code of `main`. Interrupts are heard from here on, also while `main` imports what it needs."""
    interrupts = Interrupts(name)
    interrupts.listen()
    with until_the_terminal_closes():
        return main(interrupts)
