"""What starts flows, as in an installation: a worker for batches, another one for recovery."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from deployments.bench.bench import Bench
from deployments.local.processes import Child
from deployments.local.stack import POOL, RECOVERY_POOL
from deployments.local.worker import start_worker


@asynccontextmanager
async def workers(bench: Bench, settings: Mapping[str, str]) -> AsyncGenerator[None]:
    """Both workers while the block runs; the flows that they start have these settings."""
    environment = {**bench.stack.environment(), **settings}
    started: list[Child] = []
    try:
        started.append(start_worker(POOL, bench.stack.folder, environment))
        started.append(start_worker(RECOVERY_POOL, bench.stack.folder, environment, at_once=1))
        yield
    finally:
        await asyncio.gather(*(worker.stop() for worker in started))
