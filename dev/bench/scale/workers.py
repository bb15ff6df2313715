"""Several workers of the benchmark: their start, the runs that they are given, and their flow processes."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

import psutil
from prefect.client.orchestration import PrefectClient
from sqlalchemy import text

from dev.bench.harness import Bench
from dev.stack.fixtures import PreparedBatch
from dev.stack.prefect_worker import start_worker, start_workers
from dev.stack.processes import Child
from dev.stack.stack import POOL, RECOVERY_POOL
from registration.states import JOB_ENDED
from tasks.batch_runs import create_run, deployment_of_batches

WORKERS = 4
LIMIT = 900.0
_RUN_ID = "PREFECT__FLOW_RUN_ID"
_OPEN = text("select count(*) from registration_jobs where batch_job_id = :batch and status <> all(:ended)")


@dataclass(frozen=True)
class WorkerPool:
    """The workers of batches, and a client of the Prefect server that gives them runs."""

    bench: Bench
    workers: tuple[Child, ...]
    client: PrefectClient

    @classmethod
    @asynccontextmanager
    async def running(
        cls, bench: Bench, settings: Mapping[str, str], *, recovery: bool = False
    ) -> AsyncGenerator[Self]:
        """The workers during the block, once all of them ask for work; `recovery`: and the worker of the recovery.

        The flows that they start have these settings.
        """
        environment, folder = {**bench.stack.environment(), **settings}, bench.stack.folder
        since, more = datetime.now(UTC), list[Child]()
        workers = start_workers(POOL, folder, environment, WORKERS)
        try:
            if recovery:
                more.append(start_worker(RECOVERY_POOL, folder, environment, at_once=1))
            async with PrefectClient(bench.stack.addresses.prefect_api_url or "") as client:
                pool = cls(bench, workers, client)
                await pool._until_all_ask(since)
                yield pool
        finally:
            await asyncio.gather(*(worker.stop() for worker in (*workers, *more)))

    async def start(self, batches: Sequence[PreparedBatch]) -> None:
        """Start a run for each batch, the next one when a worker has taken it. Raises TimeoutError.

        A worker takes all runs that are due when it asks: runs that are created together would all have one worker.
        """
        deployment_id = await deployment_of_batches(self.client)
        async with asyncio.timeout(LIMIT):
            for batch in batches:
                run = await create_run(self.client, deployment_id, batch.organisation_id, batch.batch_id)
                while (state := (await self.client.read_flow_run(run.id)).state) is None or state.is_scheduled():
                    await asyncio.sleep(0.2)

    async def finished(self, batches: Sequence[PreparedBatch]) -> bool:
        """Whether all restaurants of the batches have ended."""
        return not sum([await self._open_jobs(batch) for batch in batches])

    def check(self) -> None:
        """Raises ProcessEnded if a worker has ended."""
        for worker in self.workers:
            worker.check()

    def flow_runs(self, worker: Child) -> dict[UUID, int]:
        """The flow runs of a worker's processes, with the process of each."""
        found: dict[UUID, int] = {}
        for process in psutil.Process(worker.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess, KeyError):
                found[UUID(process.environ()[_RUN_ID])] = process.pid
        return found

    async def _open_jobs(self, batch: PreparedBatch) -> int:
        async with self.bench.database.transaction(batch.organisation_id, read_only=True) as transaction:
            ended = [str(status) for status in JOB_ENDED]
            return await transaction.scalar(_OPEN, {"batch": batch.batch_id, "ended": ended})

    async def _until_all_ask(self, since: datetime) -> None:
        async with asyncio.timeout(LIMIT):
            while await self._asking(since) < WORKERS:
                await asyncio.sleep(0.5)

    async def _asking(self, since: datetime) -> int:
        """The number of workers that have reported to the Prefect server since this moment."""
        found = await self.client.read_workers_for_work_pool(POOL)
        return sum(each.last_heartbeat_time is not None and each.last_heartbeat_time > since for each in found)
