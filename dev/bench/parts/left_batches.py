"""Cost of batches that wait for people without a process, and the time until an answer starts one again."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import psutil
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType

from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.machine import cpu_seconds
from dev.bench.memory import family_megabytes
from dev.bench.parts.gate_latency import seconds_to_begin
from dev.bench.report import Aim, Part, Reached
from dev.bench.setups import workers
from dev.gate_forms.client import GateForms
from dev.stack.errors import NotInTime
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE

_BATCHES, _ANSWERS = 50, 5
_LIMIT = 300.0
_WATCHED_SECONDS = 30.0
_AT_WORK = (StateType.RUNNING, StateType.PENDING)
_SOON = timedelta(seconds=12)
"""Seconds, longer than any answer took: no scheduled flow is due within them."""
_AT_ONCE = NO_QUEUES | {"REGISTRATION_GATE_HOLD_MINUTES": "0"}


@dataclass(frozen=True)
class _Cost:
    """Resources of the whole stack: processes, MB resident, CPU seconds per minute if the counters are consistent."""

    processes: int
    mb: float
    cpu_s: float | None

    def figures(self, name: str) -> dict[str, float]:
        """Each value as its own figure: a difference of two readings of a busy stack would be noisier than both."""
        cpu = {} if self.cpu_s is None else {f"cpu_s_a_minute_{name}": self.cpu_s}
        return {f"processes_{name}": float(self.processes), f"mb_{name}": self.mb, **cpu}

    def __str__(self) -> str:
        cpu = "an unknown CPU time" if self.cpu_s is None else f"{self.cpu_s:.1f} s of CPU a minute"
        return f"{self.processes} processes, {self.mb:.0f} MB of memory and {cpu}"


async def _run(bench: Bench) -> Reached:
    async with workers(bench, NO_QUEUES):
        before = await _cost()
        batches = [await bench.prepare(AT_ONCE, decided=False, restaurants=1) for _ in range(_BATCHES)]
        await _leave(bench, batches)
        after = await _cost()
        seconds = [await _answer(bench, batch) for batch in batches[:_ANSWERS]]
    figures = {
        "left_s": median(seconds),
        "longest_s": max(seconds),
        **before.figures("before"),
        **after.figures("after"),
    }
    return Reached(
        figures,
        f"the whole stack takes {before}, and beside {_BATCHES} left batches {after}; median of {len(seconds)} answers,"
        f" {min(seconds):.2f} to {max(seconds):.2f} s (gate_latency measures it for a living process)",
    )


async def _leave(bench: Bench, batches: list[PreparedBatch]) -> None:
    """Run all of the batches in one process until it has handed them over."""
    ids = [f"{batch.organisation_id}/{batch.batch_id}" for batch in batches]
    async with bench.process("batches", *ids, settings=_AT_ONCE) as child:
        await child.finish(_LIMIT)


async def _cost() -> _Cost:
    begun, before = time.monotonic(), cpu_seconds()
    await asyncio.sleep(_WATCHED_SECONDS)
    cpu, minutes = cpu_seconds() - before, (time.monotonic() - begun) / 60
    sizes = [size for child in psutil.Process().children() for size in family_megabytes(child.pid)]
    return _Cost(len(sizes), sum(sizes), cpu / minutes if cpu >= 0 else None)


async def _answer(bench: Bench, batch: PreparedBatch) -> float:
    async with PrefectClient(bench.stack.addresses.prefect_api_url or "") as client:
        await _nothing_else_runs(client)
        gate_forms = GateForms(client, batch.batch_id)
        [gate] = await gate_forms.open_gates()
        return await seconds_to_begin(bench, gate_forms, gate, batch.organisation_id, batch.job_ids[0])


async def _nothing_else_runs(client: PrefectClient) -> None:
    """Wait until the flows of the last answer have ended, and no flow is scheduled for the next seconds."""
    soon = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*_AT_WORK, StateType.SCHEDULED])),
    )
    until = time.monotonic() + _LIMIT
    while names := [run.name for run in await client.read_flow_runs(flow_run_filter=soon) if _in_the_way(run)]:
        if time.monotonic() > until:
            raise NotInTime(f"the end of the flow runs {', '.join(names)}", _LIMIT)
        await asyncio.sleep(1)


def _in_the_way(run: FlowRun) -> bool:
    due = run.next_scheduled_start_time
    return run.state_type in _AT_WORK or (due is not None and due < datetime.now(UTC) + _SOON)


PART = Part(
    "waiting",
    "answer accepted → first task of a batch without a process",
    Aim("left_s", 5, " s"),
    _run,
    minutes=6,
)
