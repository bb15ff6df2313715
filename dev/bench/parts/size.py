"""What one restaurant leaves and takes, from the list to its account: rows, bytes, events, requests, CPU time."""

import asyncio
import time
from dataclasses import dataclass

import psycopg

from dev.bench.cpu_time import CpuTime, family_seconds, settled
from dev.bench.harness import NO_QUEUES, Bench
from dev.bench.report import Aim, Part, Reached
from dev.bench.request_counter import RequestCounter, counting_requests
from dev.bench.stored import Stored
from dev.stack.addresses import port_of
from dev.stack.fixtures import Next, PreparedBatch
from dev.stack.processes import Child
from dev.stack.sandbox_control import AT_ONCE
from registration.gates.cli_answers import decide_all, recommended
from registration.workflow.steps import GateName

_TRANSACTIONS = "select xact_commit from pg_stat_database where datname = 'registration'"
_WATCHED_SECONDS = 30.0
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class _Waiting:
    """What a batch asked for in `_WATCHED_SECONDS` in which all of its restaurants waited for a person."""

    requests: float
    transactions: float
    cpu: CpuTime


async def _run(bench: Bench) -> Reached:
    ours, theirs = await _stored(bench)
    batch = await bench.prepare(AT_ONCE, before=Next.EXTRACTION)
    idle = await _idle(bench)
    cpu, begun = CpuTime.of_servers(bench.stack), time.monotonic()
    async with counting_requests(port_of(bench.stack.addresses.prefect_ui_url or "")) as counter:
        settings = NO_QUEUES | {"PREFECT_API_URL": f"http://127.0.0.1:{counter.port}/api"}
        ids = (str(batch.organisation_id), str(batch.batch_id))
        async with bench.process("batch", *ids, settings=settings) as child:
            waiting = await _answer(bench, batch, child, counter)
    count, taken = bench.restaurants, await settled(bench.stack) - cpu
    own = taken.with_batches([bench.figures(child)["cpu_s"]]) - _over(idle, time.monotonic() - begun)
    waited = waiting.cpu - idle
    each = (own - waited).per_restaurant(count)
    ours_added, theirs_added = (
        after.since(before, count) for after, before in zip(await _stored(bench), (ours, theirs), strict=True)
    )
    figures = {
        "rows": sum(ours_added.rows.values()),
        "kb": sum(ours_added.kilobytes.values()),
        "prefect_rows": sum(theirs_added.rows.values()),
        "prefect_kb": sum(theirs_added.kilobytes.values()),
        "prefect_events": theirs_added.rows["events"],
        "prefect_events_kb": sum(size for name, size in theirs_added.kilobytes.items() if name.startswith("event")),
        "requests": (counter.requests - waiting.requests) / count,
        "waiting_requests_per_s": waiting.requests / _WATCHED_SECONDS,
        "waiting_transactions_per_s": waiting.transactions / _WATCHED_SECONDS,
        "waiting_core_percent": 100 * waited.total / _WATCHED_SECONDS,
        "idle_core_percent": 100 * idle.total / _WATCHED_SECONDS,
        "cpu_s": each.total,
    }
    made_of = ", ".join(f"{name} {value:.1f}" for name, value in figures.items())
    made_of += f" ({each}; in {_WATCHED_SECONDS:g} s of waiting: {waited}, without a batch: {idle})"
    largest = f"ours: {ours_added.largest()}; Prefect's: {theirs_added.largest()}"
    return Reached(figures, f"{made_of}; a batch of {count}", f"the largest tables, for each restaurant; {largest}")


async def _stored(bench: Bench) -> tuple[Stored, Stored]:
    """Our tables, and those of the Prefect server."""
    postgres = bench.stack.postgres
    ours = await Stored.in_database(postgres.url("registration"), "registration")
    return ours, await Stored.in_database(postgres.url("prefect"), "public")


async def _transactions(bench: Bench) -> int:
    """All transactions in our database until now."""
    async with await psycopg.AsyncConnection.connect(bench.stack.postgres.url(), autocommit=True) as connection:
        return (await (await connection.execute(_TRANSACTIONS)).fetchall())[0][0]


async def _idle(bench: Bench) -> CpuTime:
    """What the servers take in `_WATCHED_SECONDS` without a batch; the costs of the batch are counted beyond it."""
    before = await settled(bench.stack)
    await asyncio.sleep(_WATCHED_SECONDS)
    return CpuTime.of_servers(bench.stack) - before


def _over(idle: CpuTime, seconds: float) -> CpuTime:
    part = seconds / _WATCHED_SECONDS
    return CpuTime(0.0, idle.prefect * part, idle.postgres * part)


async def _answer(bench: Bench, batch: PreparedBatch, child: Child, counter: RequestCounter) -> _Waiting:
    """Accept what is recommended at both gates until the batch has ended. The batch is watched while all of its
    restaurants wait with their configurations.
    """
    organisation_id, batch_id, waiting = batch.organisation_id, batch.batch_id, None
    while not child.ended():
        clear, unclear = await recommended(bench.database, organisation_id, batch_id)
        if unclear:
            raise AssertionError(f"{len(unclear)} generated restaurants have no recommended answer")
        configured = [question for question in clear if question.gate is GateName.YOLO_CONFIG]
        if waiting is None and len(configured) == bench.restaurants:
            waiting = await _watch(bench, child, counter)
        asked = [question for question in clear if waiting is not None or question not in configured]
        given = [one.submit(one.recommended, "benchmark") for one in asked if one.recommended is not None]
        await decide_all(bench.database, organisation_id, batch_id, given, asked)
        await asyncio.sleep(_POLL_SECONDS)
    await child.finish(0)
    if waiting is None:
        raise AssertionError("the restaurants did not all wait at the same time")
    return waiting


async def _watch(bench: Bench, child: Child, counter: RequestCounter) -> _Waiting:
    await settled(bench.stack)
    transactions, requests, cpu = await _transactions(bench), counter.requests, _cpu(bench, child)
    await asyncio.sleep(_WATCHED_SECONDS)
    taken = _cpu(bench, child) - cpu
    return _Waiting(counter.requests - requests, await _transactions(bench) - transactions, taken)


def _cpu(bench: Bench, child: Child) -> CpuTime:
    return CpuTime.of_servers(bench.stack).with_batches([family_seconds(child.pid)])


PART = Part(
    "size",
    "rows, bytes, events, requests and CPU of one restaurant; judged by kB in our tables",
    Aim("kb", 100, " kB"),
    _run,
    minutes=5,
)
