"""The REST API beside 2,000 batches of 50: a batch in detail, the list, streams, an answer, many reads.

The requests are made by locust in a process of its own, which alone imports `api_load`: locust replaces parts of the
standard library.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from dev.bench.harness import Bench
from dev.bench.many_batches import repeat_batch
from dev.bench.parts.gate_latency import begun_at
from dev.bench.report import Aim, Part, Reached
from dev.bench.served import Served, missed
from dev.bench.setups import waiting_batch
from dev.stack.processes import Child, start
from dev.stack.sandbox_control import AT_ONCE
from dev.stack.waiting import eventually, until

_LOAD_FILE = Path(__file__).parents[1] / "api_load.py"
_COPIES = 2000
_READERS, _STREAMS, _ANSWERS = 42, 100, 5
"""The readers ask for 210 answers a second."""
_ALONE_SECONDS, _STREAMED_SECONDS, _LOADED_SECONDS = 15, 30, 60
_LIMIT = 120.0
_BATCHES = "/api/registration-batches"
_SETTLED = 2.0
"""Transactions a second below which the streams have their first state."""
_AIMS = (
    Aim("detail_p95_ms", 60, " ms"),
    Aim("detail_kb", 120, " kB"),
    Aim("list_p95_ms", 50, " ms"),
    Aim("sse_queries_per_s", 1.1),
    Aim("sse_core_percent", 5, " %"),
    Aim("answer_to_task_s", 1.5, " s"),
    Aim("requests_per_s", 200, at_least=True),
    Aim("errors", 0),
)
"""The first is the judged one; a remark names those that were missed."""


@dataclass(frozen=True)
class Target:
    """A batch that is asked for, one of its jobs, and their organisation."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID


@dataclass(frozen=True)
class Load:
    """What locust measured: the requests by their milliseconds, the seconds of all, and how many failed."""

    milliseconds: Mapping[float, int]
    seconds: float
    errors: int

    @classmethod
    def of(cls, kinds: list[dict[str, Any]]) -> "Load":
        """All kinds of requests together, from the JSON that locust writes."""
        counted = Counter[float]()
        for kind in kinds:
            counted.update({float(took): times for took, times in kind["response_times"].items()})
        begun = min((kind["start_time"] for kind in kinds), default=0.0)
        ended = max((kind["last_request_timestamp"] for kind in kinds), default=0.0)
        return cls(counted, ended - begun, sum(kind["num_failures"] for kind in kinds))

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return sum(self.milliseconds.values())

    @property
    def slow(self) -> float:
        """The 95th percentile in milliseconds. Raises AssertionError if nothing was asked for."""
        seen = 0
        for took, times in sorted(self.milliseconds.items()):
            seen += times
            if seen >= 0.95 * self.requests:
                return took
        raise AssertionError("locust made no request")


@dataclass(frozen=True)
class _Api(Served):
    """The API and the load on it."""

    async def load(self, kind: str, target: Target, users: int, seconds: float) -> Load:
        """Let locust ask for `seconds`."""
        async with self.loading(kind, target, users, seconds) as child:
            await child.finish(seconds + _LIMIT)
        return Load.of(json.loads(child.log.with_suffix(".json").read_text()))

    @asynccontextmanager
    async def loading(self, kind: str, target: Target, users: int, seconds: float) -> AsyncGenerator[Child]:
        """Locust during the block. Its users are people whom the API has not counted before."""
        name = f"locust-{kind}-{target.batch_id}"
        tokens = [self.token(target.organisation_id, f"{name} {number}") for number in range(users)]
        asked_for = {"batch": str(target.batch_id), "job": str(target.job_id), "tokens": tokens}
        log = self.bench.stack.folder / f"{name}.log"
        command = [
            *(sys.executable, "-m", "locust", "--locustfile", str(_LOAD_FILE), "--headless"),
            *("--only-summary", "--exit-code-on-error", "0", "--json-file", str(log.with_suffix("")), "--host"),
            *(self.url, "--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds:g}s"),
            kind,
        ]
        environment = {**self.bench.stack.environment(), "BENCH_TARGET": json.dumps(asked_for)}
        child = start("locust", command, log=log, environment=environment, folder=self.bench.stack.folder)
        try:
            yield child
        finally:
            await child.stop()


async def _run(bench: Bench) -> Reached:
    prepared = await bench.prepare(AT_ONCE, decided=False)
    at_gate = Target(prepared.organisation_id, prepared.batch_id, prepared.job_ids[0])
    await repeat_batch(bench.stack.postgres.url("registration"), at_gate.batch_id, _COPIES, bench.restaurants)
    async with _Api.running(bench) as api:
        ended = await _ended(api, at_gate.organisation_id)
        details = [await api.load("DetailReader", one, 1, _ALONE_SECONDS) for one in (at_gate, ended)]
        sizes = [await _size(api, one) for one in (at_gate, ended)]
        newest = await api.load("ListReader", at_gate, 1, _ALONE_SECONDS)
        transactions, core = await _streamed(api, at_gate)
        answered = await _answered(api)
        mixed = await api.load("Reader", at_gate, _READERS, _LOADED_SECONDS)
    sent, whole = max(sizes)
    figures = {
        "detail_p95_ms": max(load.slow for load in details),
        "detail_kb": sent,
        "list_p95_ms": newest.slow,
        "sse_queries_per_s": transactions,
        "sse_core_percent": core,
        "answer_to_task_s": answered,
        "requests_per_s": mixed.requests / mixed.seconds,
        "errors": float(sum(load.errors for load in (*details, newest, mixed))),
    }
    at_once = f"{details[0].slow:.0f} ms at the gate, {details[1].slow:.0f} ms ended"
    return Reached(
        figures,
        f"one batch {at_once}, {sent:.0f} kB compressed of {whole:.0f}; 50 of {_COPIES} batches {newest.slow:.0f} ms;"
        f" {_STREAMS} streams: {transactions:.1f} transactions a second and {core:.1f} % of a core; answer to task"
        f" {answered:.2f} s; {figures['requests_per_s']:.0f} mixed reads a second, 95 of 100 in {mixed.slow:.0f} ms;"
        f" {figures['errors']:.0f} errors",
        missed(_AIMS, figures),
    )


async def _ended(api: _Api, organisation_id: UUID) -> Target:
    """One of the copies: of a batch that has ended all twelve sub-steps are shown."""
    async with api.client(organisation_id) as client:
        page = (await client.get(f"{_BATCHES}?status=completed&limit=1")).raise_for_status().json()
    [batch] = page["batch_jobs"]
    return Target(organisation_id, UUID(batch["id"]), UUID(batch["jobs"][0]["id"]))


async def _size(api: _Api, target: Target) -> tuple[float, float]:
    """Kilobytes of the batch in detail: as sent to a client that takes gzip, as every browser does, and of its JSON."""
    async with api.client(target.organisation_id) as client:
        answer = (await client.get(f"{_BATCHES}/{target.batch_id}")).raise_for_status()
    return int(answer.headers["Content-Length"]) / 1000, len(answer.content) / 1000


async def _streamed(api: _Api, target: Target) -> tuple[float, float]:
    """Transactions a second, and percent of a core that the API takes, while many read one stream and nobody else
    asks for anything.
    """
    async with api.costs() as costs, api.loading("StreamReader", target, _STREAMS, _STREAMED_SECONDS + _LIMIT):
        await until(lambda: costs.open_streams() >= _STREAMS, f"{_STREAMS} streams", _LIMIT)
        await eventually(lambda: costs.falls_to(_SETTLED), f"the first state of {_STREAMS} streams", _LIMIT)
        before = await costs.now()
        await asyncio.sleep(_STREAMED_SECONDS)
        cost = (await costs.now()).since(before)
    return cost.transactions_per_second, cost.core_percent


async def _answered(api: _Api) -> float:
    """The median of the seconds from the request that answers a gate to the first sub-step of the restaurant."""
    bench = api.bench
    async with waiting_batch(bench) as waiting:
        batch = waiting.batch
        path = f"{_BATCHES}/{batch.batch_id}/steps/5/complete"
        seconds: list[float] = []
        async with api.client(batch.organisation_id) as client:
            for job_id in batch.job_ids[: min(_ANSWERS, bench.restaurants - 1)]:
                asked_at = time.time()
                body = {"configurations": {str(job_id): {"use_defaults": True}}}
                (await client.post(path, json=body)).raise_for_status()
                async with asyncio.timeout(_LIMIT):
                    while (begun := await begun_at(bench, batch.organisation_id, job_id)) is None:
                        await asyncio.sleep(0.1)
                seconds.append(max(0.0, begun - asked_at))
    return median(seconds)


PART = Part("api", "95th percentile of a batch in detail over the REST API", _AIMS[0], _run, minutes=7)
