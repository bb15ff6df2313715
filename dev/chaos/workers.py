"""Batches on the workers of the stack: their start, the worker that runs most of them, and who takes them over."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psutil
from prefect.client.orchestration import PrefectClient

from dev.chaos.lab import Lab
from dev.chaos.operator import resolve_unknown
from dev.stack.fixtures import PreparedBatch
from dev.stack.stack import POOL
from tasks.batch_runs import create_run, deployment_of_batches

_SECONDS = 0.5
_RUN_ID = "PREFECT__FLOW_RUN_ID"
_WORKER = re.compile(rf"worker-{POOL}-\d+")
_HELD: LiteralString = """
    select batch_job_id as batch, flow_run_id as run from registration_leases
    where batch_job_id = any(%(batches)s) and expires_at > clock_timestamp()
"""


@dataclass(frozen=True)
class Running:
    """A worker of the stack, and the flow runs of its processes."""

    name: str
    run_ids: frozenset[UUID]


async def run_on_workers(lab: Lab, batches: Sequence[PreparedBatch], limit: float) -> None:
    """Start a run for each batch, the next one when a worker has taken it. Raises TimeoutError.

    A worker takes all runs that are due when it asks: runs that are started at once would all have one worker.
    """
    async with PrefectClient(lab.stack.addresses.prefect_api_url or "") as client, asyncio.timeout(limit):
        deployment_id = await deployment_of_batches(client)
        for batch in batches:
            run = await create_run(client, deployment_id, batch.organisation_id, batch.batch_id)
            while (state := (await client.read_flow_run(run.id)).state) is None or state.is_scheduled():
                await asyncio.sleep(_SECONDS)


async def runs_of(lab: Lab, batches: Sequence[PreparedBatch]) -> dict[UUID, UUID]:
    """The batch of each flow run that works on one of the batches now."""
    rows = await lab.records.query(_HELD, batches=[batch.batch_id for batch in batches])
    return {row["run"]: row["batch"] for row in rows}


def busiest_worker(lab: Lab) -> Running:
    """The worker of batches with the most flow processes."""
    workers = {name: each.child for name, each in lab.servers.programs.items() if _WORKER.fullmatch(name)}
    running = [Running(name, _run_ids(child.pid)) for name, child in workers.items()]
    return max(running, key=lambda worker: len(worker.run_ids))


def _run_ids(worker: int) -> frozenset[UUID]:
    found: set[UUID] = set()
    for process in psutil.Process(worker).children(recursive=True):
        try:
            found.add(UUID(process.environ()[_RUN_ID]))
        except (psutil.NoSuchProcess, KeyError):
            continue
    return frozenset(found)


async def taken_over(lab: Lab, batches: Sequence[PreparedBatch], run_ids: frozenset[UUID], limit: float) -> float:
    """Seconds until other runs than these work on all of the batches, or have finished them. Raises TimeoutError."""
    begun, left = time.monotonic(), {batch.batch_id for batch in batches}
    async with asyncio.timeout(limit):
        while left:
            left -= {batch for run, batch in (await runs_of(lab, batches)).items() if run not in run_ids}
            left &= {batch.batch_id for batch in await lab.records.unfinished(batches)}
            await asyncio.sleep(_SECONDS)
    return time.monotonic() - begun


async def finished_by_workers(lab: Lab, batches: Sequence[PreparedBatch], limit: float) -> None:
    """Wait until no batch can go on, or the limit has passed; a person resolves what only a person can check.

    Nothing is started here: the workers of the stack and its recovery do that.
    """
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        await resolve_unknown(lab, batches)
        if not await lab.records.unfinished(batches):
            return
        await asyncio.sleep(_SECONDS)
