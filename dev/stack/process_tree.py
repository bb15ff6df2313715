"""The descendants of a process, as far as the system lists them."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_POSTGRES = "postgres"
_LIMIT = 0.3


def descendants(pid: int) -> set[int]:
    """The ids of a process's descendants; on Linux only, from /proc."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    family = {pid}
    while more := {one for one, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {pid}


def kill(family: Iterable[int]) -> None:
    """Kill the processes. Postgres first gets SIGQUIT, so that it frees its shared memory, then SIGKILL if it stays."""
    postgres: set[int] = set()
    for pid in family:
        if _name(pid) == _POSTGRES:
            postgres.add(pid)
            _send(pid, signal.SIGQUIT)
        else:
            _send(pid, signal.SIGKILL)
    deadline = time.monotonic() + _LIMIT
    while (postgres := {pid for pid in postgres if _name(pid) == _POSTGRES}) and time.monotonic() < deadline:
        time.sleep(0.01)
    for pid in postgres:
        _send(pid, signal.SIGKILL)


def kill_descendants() -> None:
    """Kill all descendants of this process."""
    kill(descendants(os.getpid()))


def _name(pid: int) -> str | None:
    """The program that the process runs; None if it has ended."""
    with suppress(OSError):
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        return None if rest.split()[0] == "Z" else name
    return None


def _send(pid: int, sent: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sent)
