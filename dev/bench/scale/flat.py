"""CPU time of each restaurant while one, two, four or eight batches run at once, each in a process of its own."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from dev.bench.cpu_time import CpuTime, settled
from dev.bench.harness import NO_QUEUES, Bench
from dev.stack.sandbox_control import AT_ONCE

RESTAURANTS = 25
_AT_ONCE = (1, 2, 4, 8)
_WARM_UP_RESTAURANTS = 5


@dataclass(frozen=True)
class Costs:
    """CPU seconds of each restaurant, by the number of batches at once."""

    each: Mapping[int, CpuTime]

    @property
    def flat(self) -> float:
        """The highest cost, divided by that of a single batch."""
        return max(cost.total for cost in self.each.values()) / self.each[1].total

    @property
    def most(self) -> CpuTime:
        """The cost with the most batches at once."""
        return self.each[max(self.each)]

    def figures(self) -> dict[str, float]:
        """Each cost as a figure."""
        return {f"cpu_s_with_{batches}": cost.total for batches, cost in self.each.items()}

    def __str__(self) -> str:
        return "; ".join(f"{batches}: {cost.total:.3f} s ({cost})" for batches, cost in self.each.items())


async def measure_flat(bench: Bench) -> Costs:
    """The costs of step 6 without latencies and queues."""
    await bench.run_batch(await bench.prepare(AT_ONCE, restaurants=_WARM_UP_RESTAURANTS), NO_QUEUES)
    costs: dict[int, CpuTime] = {}
    for batches in _AT_ONCE:
        costs[batches] = await _cost(bench, batches)
        bench.say(f"  {batches} at once: CPU of each restaurant {costs[batches].total:.3f} s ({costs[batches]})")
    return Costs(costs)


async def _cost(bench: Bench, batches: int) -> CpuTime:
    prepared = [await bench.prepare(AT_ONCE, restaurants=RESTAURANTS) for _ in range(batches)]
    before = await settled(bench.stack)
    measured = await asyncio.gather(*(bench.run_batch(batch, NO_QUEUES) for batch in prepared))
    cost = (await settled(bench.stack) - before).with_batches(one.cpu_seconds for one in measured)
    for batch in prepared:
        await bench.set_up_span(batch)
    return cost.per_restaurant(batches * RESTAURANTS)
