"""A Prefect worker that runs the flows as processes."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deployments.local.processes import Child, start


def start_worker(pool: str, folder: Path, environment: Mapping[str, str]) -> Child:
    """Start a worker of the pool, which asks for work every second; it is not waited for.

    Its log lies in `folder`. The caller stops it; the flow processes, which are in its group, end with it.
    """
    name = f"worker-{pool}"
    return start(
        name,
        [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--type", "process"],
        log=folder / f"{name}.log",
        environment={**environment, "PREFECT_WORKER_QUERY_SECONDS": "1"},
        folder=folder,
    )
