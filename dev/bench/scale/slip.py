"""Batches of different organisations on four workers, with realistic latencies: time lost, memory, throughput."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from dev.bench.harness import Bench
from dev.bench.memory import Sizes, family_sizes
from dev.bench.parts.realistic import LATENCIES, POLL_SECONDS, SPACING, settings
from dev.bench.scale.flat import RESTAURANTS
from dev.bench.scale.workers import LIMIT, WorkerPool
from dev.bench.simulation import Load, Queues, Seconds, makespan_of, seconds_of_each
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE

_BROWSER_SLOTS_EACH = 10
"""For each organisation, as an installation of one organisation has by default."""
_MEMORY_EVERY_SECONDS = 4.0


@dataclass(frozen=True)
class Memory:
    """MB of each flow process on average, and of everything but the sandbox and this process."""

    each_batch: float
    everything: float


@dataclass(frozen=True)
class Slip:
    """The makespan of the batches beside that of the simulation; `restaurants_per_second` over the makespan."""

    batches: int
    makespan: float
    simulated: float
    memory: Memory

    @property
    def ratio(self) -> float:
        """How many times longer it took than without any overhead."""
        return self.makespan / self.simulated

    @property
    def restaurants_per_second(self) -> float:
        """Throughput while all batches ran."""
        return self.batches * RESTAURANTS / self.makespan

    def __str__(self) -> str:
        seconds = f"{self.makespan:.1f} s / {self.simulated:.1f} s simulated"
        size = f"{self.memory.each_batch:.0f} MB each and {self.memory.everything:.0f} MB in all"
        return f"{self.batches} batches {seconds}, {size}"


async def measure_slip(bench: Bench, batches: int) -> Slip:
    """One batch of each organisation. The simulation starts each batch when its first sub-step has really started:
    the start of its process is the same few seconds at any speed of the platform.
    """
    slots = _BROWSER_SLOTS_EACH * batches
    prepared = [await bench.prepare(AT_ONCE, restaurants=RESTAURANTS) for _ in range(batches)]
    await bench.platform.behave(LATENCIES)
    seconds = await seconds_of_each(bench.platform, prepared[0].external_ids, POLL_SECONDS * bench.time_scale)
    async with WorkerPool.running(bench, settings(slots)) as pool:
        await pool.start(prepared)
        most = Memory(0.0, 0.0)
        async with asyncio.timeout(LIMIT):
            while not await pool.finished(prepared):
                pool.check()
                most = max(most, await _memory(pool), key=lambda memory: memory.everything)
                await asyncio.sleep(_MEMORY_EVERY_SECONDS)
    await bench.platform.behave(AT_ONCE)
    slip = await _slip(bench, prepared, seconds, slots, most)
    bench.say(f"  {slip}: {slip.ratio:.2f}")
    return slip


async def _slip(
    bench: Bench, prepared: Sequence[PreparedBatch], seconds: Sequence[Seconds], slots: int, memory: Memory
) -> Slip:
    spans = [await bench.set_up_span(batch) for batch in prepared]
    begun = min(span.begun for span in spans)
    loads = [Load(seconds, number, span.begun - begun) for number, span in enumerate(spans)]
    simulated = makespan_of(loads, Queues(SPACING * bench.time_scale, slots))
    return Slip(len(prepared), max(span.ended for span in spans) - begun, simulated, memory)


async def _memory(pool: WorkerPool) -> Memory:
    flows = [pid for worker in pool.workers for pid in pool.flow_runs(worker).values()]
    sizes = await asyncio.gather(*(asyncio.to_thread(family_sizes, pid) for pid in flows))
    whole = await asyncio.to_thread(_everything)
    own = [size.taken for size in sizes if size.processes]
    return Memory(sum(own) / len(own) if own else 0.0, whole)


def _everything() -> float:
    """MB of all programs of the stack, the sandbox aside."""
    children = psutil.Process().children()
    parts: list[Sizes] = [family_sizes(child.pid) for child in children if "dev.sandbox" not in _command(child)]
    return sum(part.taken for part in parts)


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""
