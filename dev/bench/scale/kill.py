"""One of four workers is killed with its flow processes in the middle of eight batches; the other three go on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import LiteralString
from uuid import UUID, uuid4

from dev.bench.harness import Bench
from dev.bench.parts.realistic import LATENCIES, SPACING, settings
from dev.bench.scale.workers import LIMIT, WorkerPool
from dev.chaos.expected import Done
from dev.chaos.judge import duplicates
from dev.chaos.operator import resolve_unknown
from dev.chaos.records import Records
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE
from registration.database.session import Database

_ORGANISATIONS, _BATCHES_EACH, _RESTAURANTS = 4, 2, 10
_BROWSER_SLOTS = 80
_HELD: LiteralString = """
    select batch_job_id as batch, flow_run_id as run from registration_leases
    where batch_job_id = any(%(batches)s) and expires_at > clock_timestamp()
"""
_BEGUN: LiteralString = """
    select count(distinct j.batch_job_id) as batches
    from registration_sub_steps u join registration_jobs j on j.id = u.job_id
    where j.batch_job_id = any(%(batches)s) and u.status = 'completed'
"""


@dataclass(frozen=True)
class Killed:
    """Seconds until all lost batches had another process, effects that happened twice, and the closest two accounts."""

    lost: int
    seconds: float
    duplicates: tuple[str, ...]
    closest: float

    def __str__(self) -> str:
        return (
            f"a killed worker lost {self.lost} batches, which went on after {self.seconds:.0f} s;"
            f" {len(self.duplicates)} duplicates, the closest two accounts {self.closest:.2f} s apart"
        )


@dataclass(frozen=True)
class _Counted:
    """Our records of the batches, and the platform's count of their effects."""

    bench: Bench
    records: Records

    @property
    def database(self) -> Database:
        return self.bench.database

    async def done(self, batch: PreparedBatch) -> Done:
        platform = self.bench.platform
        return Done.of(await platform.done(batch.organisation_id), await platform.sendings(batch.restaurant_ids))


async def measure_kill(bench: Bench) -> Killed:
    """Kill the worker with the most batches once each batch has begun; lease and schedule are those of an installation.

    Raises AssertionError if two accounts were requested too close to each other or a sub-step was not completed,
    TimeoutError if a batch does not end.
    """
    counted = _Counted(bench, Records(bench.stack.postgres.url("registration")))
    organisations = [uuid4() for _ in range(_ORGANISATIONS)]
    batches = [
        await bench.prepare(AT_ONCE, restaurants=_RESTAURANTS, organisation_id=each, after=number * _RESTAURANTS)
        for number in range(_BATCHES_EACH)
        for each in organisations
    ]
    await bench.platform.behave(LATENCIES)
    async with WorkerPool.running(bench, settings(_BROWSER_SLOTS), recovery=True) as pool:
        await pool.start(batches)
        async with asyncio.timeout(LIMIT):
            await _all_begun(counted.records, batches)
            lost, seconds = await _kill(pool, counted.records, batches)
            bench.say(f"  {lost} batches went on {seconds:.0f} s after their worker was killed; they are finished …")
            await _finished(counted, batches)
    await bench.platform.behave(AT_ONCE)
    twice = [found for batch in batches for found in await _duplicates(counted, batch)]
    closest = min([await _closest(bench, each) for each in organisations])
    if closest < SPACING * bench.time_scale:
        raise AssertionError(f"two accounts of an organisation were requested {closest:.3f} s apart")
    return Killed(lost, seconds, tuple(twice), closest)


async def _all_begun(records: Records, batches: Sequence[PreparedBatch]) -> None:
    ids = [batch.batch_id for batch in batches]
    while (await records.query(_BEGUN, batches=ids))[0]["batches"] < len(ids):
        await asyncio.sleep(0.2)


async def _kill(pool: WorkerPool, records: Records, batches: Sequence[PreparedBatch]) -> tuple[int, float]:
    """How many batches the worker with the most of them had, and the seconds until each had another process."""
    victim = max(pool.workers, key=lambda worker: len(pool.flow_runs(worker)))
    held, runs = await _held(records, batches), set(pool.flow_runs(victim))
    left = {batch for run, batch in held.items() if run in runs}
    lost, begun = len(left), time.monotonic()
    victim.kill()
    while left:
        await asyncio.sleep(0.5)
        left -= {batch for run, batch in (await _held(records, batches)).items() if run not in runs}
    if not lost:
        raise AssertionError("the killed worker ran no batch: nothing was tried")
    return lost, time.monotonic() - begun


async def _finished(counted: _Counted, batches: Sequence[PreparedBatch]) -> None:
    """Wait until all restaurants are registered; a person resolves what only a person can check."""
    while True:
        await resolve_unknown(counted, batches)
        if not await counted.records.unfinished(batches):
            break
        await asyncio.sleep(1)
    for batch in batches:
        await counted.bench.set_up_span(batch)


async def _held(records: Records, batches: Sequence[PreparedBatch]) -> dict[UUID, UUID]:
    """The batch of each flow run that works on one of the batches now."""
    rows = await records.query(_HELD, batches=[batch.batch_id for batch in batches])
    return {row["run"]: row["batch"] for row in rows}


async def _duplicates(counted: _Counted, batch: PreparedBatch) -> tuple[str, ...]:
    done = await counted.done(batch)
    found = (await counted.records.restaurants([batch])).values()
    return tuple(finding for record in found for finding in duplicates(record, done))


async def _closest(bench: Bench, organisation_id: UUID) -> float:
    """Seconds between the closest two accounts of the organisation."""
    return min(later - earlier for earlier, later in pairwise(await bench.account_times(organisation_id)))
