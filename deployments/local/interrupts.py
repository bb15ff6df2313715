"""Running until somebody interrupts: Ctrl-C, a termination, a closed terminal."""

from collections.abc import Coroutine
from typing import Any

from deployments.local.family import kill_descendants
from deployments.local.temporary import remove_temporary_folders
from registration.cli.interrupts import Interrupted, Interrupts
from registration.cli.standing import standing

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
