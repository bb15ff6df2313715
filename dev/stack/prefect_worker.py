"""A Prefect worker that runs the flows as processes."""

import sys
from collections.abc import Mapping
from pathlib import Path

from dev.stack.processes import Child, start

# A flow starts when it is due, not ten seconds before: what looks after an answered gate a little later would take the
# machine's time from the batch that has just been answered.
_SETTINGS = {"PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_WORKER_PREFETCH_SECONDS": "0"}


def start_worker(pool: str, folder: Path, environment: Mapping[str, str], at_once: int | None = None) -> Child:
    """Start a worker of the pool, which asks for work every second; it is not waited for.

    `at_once` is how many flows it runs at a time; None is no limit. Its log lies in `folder`. The caller stops it; the
    flow processes, which are in its group, end with it.
    """
    name = f"worker-{pool}"
    limit = ["--limit", str(at_once)] if at_once else []
    return start(
        name,
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--type", "process", *limit],
        log=folder / f"{name}.log",
        environment={**environment, **_SETTINGS},
        folder=folder,
    )
