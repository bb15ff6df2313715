"""Trying the seeded mixtures."""

import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from deployments.faults.clock import FAST
from deployments.faults.finishing import LIMIT, finish, leases_over, settled, verdicts
from deployments.faults.lab import Lab
from deployments.faults.mixing import Mixture, Strike
from deployments.faults.outages import OUTAGES, endure
from deployments.faults.trial import Trial
from deployments.faults.verdicts import Verdict
from deployments.local.prepared_batches import PreparedBatch
from deployments.local.pretended_platform import AT_ONCE, Latencies
from deployments.local.processes import Child
from deployments.local.waiting import until
from registration.sub_steps import SUB_STEPS

_LATENCIES = Latencies("realistic")
_OUTAGES = {
    Strike.POSTGRES: "postgres-2s",
    Strike.POSTGRES_KILLED: "postgres-killed-2s",
    Strike.PREFECT: "prefect-2s",
    Strike.BOTH: "both-2s",
    Strike.PLATFORM: "platform-60s",
}


def trial(seed: int, number: int) -> Trial:
    """The trial of one mixture; its case is named by seed and number."""
    return Trial((f"mixture/{seed}/{number}",), _play, alone=True)


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    [case] = cases
    mixture = Mixture.of(*map(int, case.split("/")[1:]))
    batch = await lab.batch(len(mixture.restaurants))
    for restaurant_id, meetings in zip(batch.restaurant_ids, mixture.restaurants, strict=True):
        for one in meetings:
            await lab.platform.misbehave(restaurant_id, SUB_STEPS[one.name].endpoint, one.misbehaviour.fault)
    await lab.platform.behave(_LATENCIES)
    try:
        async with AsyncExitStack() as frozen:
            for seconds, strike in mixture.strikes:
                await _strike(lab, batch, seconds, strike, frozen)
            await finish(lab, [batch], limit=2 * LIMIT)
    finally:
        await lab.platform.behave(AT_ONCE)
    found = await verdicts(lab, [batch], dict(zip(batch.job_ids, mixture.expected, strict=True)))
    return {case: Verdict.together(found.values())}


async def _strike(lab: Lab, batch: PreparedBatch, seconds: float, strike: Strike, frozen: AsyncExitStack) -> None:
    """Let a process work for a while, and strike."""
    await leases_over(lab, [batch], time.monotonic() + LIMIT)
    if strike is Strike.FREEZE:
        process = await frozen.enter_async_context(_thawed(lab, batch))
        await settled(lab, [batch], process, time.monotonic() + seconds)
        os.killpg(process.pid, signal.SIGSTOP)
        return
    async with AsyncExitStack() as processes:
        process = await processes.enter_async_context(lab.process([batch], FAST))
        if strike is Strike.RIVAL:
            await processes.enter_async_context(lab.process([batch], FAST))
        await settled(lab, [batch], process, time.monotonic() + seconds)
        if strike in _OUTAGES:
            await endure(lab, OUTAGES[_OUTAGES[strike]], _LATENCIES)
            await settled(lab, [batch], process, time.monotonic() + seconds)


@asynccontextmanager
async def _thawed(lab: Lab, batch: PreparedBatch) -> AsyncGenerator[Child]:
    """A process that wakes up when all is done, and has to leave."""
    async with lab.process([batch], FAST, counts=False) as process:
        yield process
        if process.ended():
            return
        os.killpg(process.pid, signal.SIGCONT)
        await until(process.ended, "the process that woke up to end", LIMIT)
