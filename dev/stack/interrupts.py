"""Programs of the Makefile that run until Ctrl-C, a termination signal or a closed terminal."""

from collections.abc import Callable, Coroutine
from typing import Any

from dev.stack.process_tree import kill_descendants
from dev.stack.temporary import remove_temporary_folders
from interfaces.cli.process.interrupted import write_status
from interfaces.cli.process.interrupts import Interrupted, Interrupts, exit_when_terminal_closes

STOPPED = "nothing is left running"


def run_interruptible(main: Coroutine[Any, Any, int], interrupts: Interrupts | str) -> int:
    """Run `main` to its end and return the exit code, or by convention that of the signal that interrupted it.

    The first signal cancels `main`, so that every `async with` in it stops its processes; further signals change
    nothing. Processes that exceed the time of `interrupts` are killed, and temporary folders are removed. `interrupts`
    listen already, or start to listen under the name of the program.
    """
    if isinstance(interrupts, str):
        interrupts = Interrupts(interrupts)
        interrupts.listen()
    write_status.update(STOPPED)
    interrupts.before_forced_exit = _leave_nothing
    try:
        return interrupts.run(main)
    except Interrupted as interrupted:
        return interrupted.code


def _leave_nothing() -> None:
    kill_descendants()
    remove_temporary_folders()


def run_program(name: str, main: Callable[[Interrupts], int]) -> int:
    """The exit code of `main`. Signals are handled from here on, also while `main` imports its modules."""
    interrupts = Interrupts(name)
    interrupts.listen()
    with exit_when_terminal_closes():
        return main(interrupts)
