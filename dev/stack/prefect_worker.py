"""A Prefect worker that runs the flows as processes."""

from collections.abc import Mapping
from pathlib import Path

from dev.stack import commands
from dev.stack.processes import Child, start

# A flow starts when it is due, not ten seconds before: a recovery that is scheduled shortly after an answer would
# otherwise compete with the batch that was just answered.
_SETTINGS = {"PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_WORKER_PREFETCH_SECONDS": "0"}


def start_worker(pool: str, folder: Path, environment: Mapping[str, str], at_once: int | None = None) -> Child:
    """Start a worker of the pool, which polls for work every second; returns before the worker is ready.

    `at_once` is the number of concurrent flows; None is no limit. The worker's log lies in `folder`. The caller stops
    the worker; the flow processes, which are in its group, end with it.
    """
    name = f"worker-{pool}"
    limit = ["--limit", str(at_once)] if at_once else []
    return start(
        name,
        commands.of_module("prefect", "worker", "start", "--pool", pool, "--type", "process", *limit),
        log=folder / f"{name}.log",
        environment={**environment, **_SETTINGS},
        folder=folder,
    )
