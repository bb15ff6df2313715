"""Prefect workers that run the flows as processes."""

from collections.abc import Mapping
from pathlib import Path

from dev.stack import commands
from dev.stack.processes import Child, start

# A flow starts when it is due, not ten seconds before: a recovery that is scheduled shortly after an answer would
# otherwise compete with the batch that was just answered.
_SETTINGS = {"PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_WORKER_PREFETCH_SECONDS": "0"}


def start_workers(pool: str, folder: Path, environment: Mapping[str, str], count: int) -> tuple[Child, ...]:
    """Start this many workers of the pool; several workers share no folder, like those on different machines.

    Each of several workers has a working folder, a Prefect home and a folder for temporary files of its own, all in
    `folder/NAME`. What they have in common is in `environment`: the two addresses and the settings.
    """
    if count == 1:
        return (start_worker(pool, folder, environment),)
    return tuple(
        _start_in_own_folder(f"worker-{pool}-{number}", pool, folder, environment) for number in range(1, count + 1)
    )


def start_worker(pool: str, folder: Path, environment: Mapping[str, str], at_once: int | None = None) -> Child:
    """Start a worker of the pool, which polls for work every second; returns before the worker is ready.

    `at_once` is the number of concurrent flows; None is no limit. The worker's log lies in `folder`. The caller stops
    the worker; the flow processes, which are in its group, end with it.
    """
    name = f"worker-{pool}"
    limit = ["--limit", str(at_once)] if at_once else []
    return _start(name, [*_command(pool), *limit], folder / f"{name}.log", environment, folder)


def _start_in_own_folder(name: str, pool: str, folder: Path, environment: Mapping[str, str]) -> Child:
    own = folder / name
    home, temporary = own / "prefect", own / "temporary"
    for each in (home, temporary):
        each.mkdir(parents=True, exist_ok=True)
    named = [*_command(pool), "--name", name]
    return _start(
        name, named, folder / f"{name}.log", {**environment, "PREFECT_HOME": str(home), "TMPDIR": str(temporary)}, own
    )


def _command(pool: str) -> list[str]:
    return commands.of_module("prefect", "worker", "start", "--pool", pool, "--type", "process")


def _start(name: str, command: list[str], log: Path, environment: Mapping[str, str], folder: Path) -> Child:
    return start(name, command, log=log, environment={**environment, **_SETTINGS}, folder=folder)
