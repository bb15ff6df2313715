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
from deployments.faults.one_email import in_batches, sharing
from deployments.faults.outages import OUTAGES, endure
from deployments.faults.trial import Trial
from deployments.faults.verdicts import Verdict
from deployments.local.prepared_batches import PreparedBatch
from deployments.local.pretended_platform import AT_ONCE, Latencies
from deployments.local.processes import Child
from deployments.local.waiting import until
from registration.models.batch import BatchOptions
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
    batches = await _batches(lab, mixture)
    restaurant_ids = [restaurant_id for batch in batches for restaurant_id in batch.restaurant_ids]
    for restaurant_id, meetings in zip(restaurant_ids, mixture.restaurants, strict=True):
        for one in meetings:
            await lab.platform.misbehave(restaurant_id, SUB_STEPS[one.name].endpoint, one.misbehaviour.fault)
    await lab.platform.behave(_LATENCIES)
    try:
        async with AsyncExitStack() as frozen:
            for seconds, strike in mixture.strikes:
                await _strike(lab, batches, seconds, strike, frozen)
            await finish(lab, batches, limit=2 * LIMIT)
    finally:
        await lab.platform.behave(AT_ONCE)
    job_ids = [job_id for batch in batches for job_id in batch.job_ids]
    found = await verdicts(lab, batches, dict(zip(job_ids, mixture.expected, strict=True)))
    return {case: Verdict.together(found.values())}


async def _batches(lab: Lab, mixture: Mixture) -> list[PreparedBatch]:
    """Both batches, with the e-mails that their restaurants share. Failures of a few stop neither."""
    rows = [sharing(lab.rows[email], lab.rows[number])[-1] for number, email in enumerate(mixture.emails)]
    return await in_batches(lab, [rows[: -mixture.second], rows[-mixture.second :]], BatchOptions(failure_threshold=1))


async def _strike(
    lab: Lab, batches: Sequence[PreparedBatch], seconds: float, strike: Strike, frozen: AsyncExitStack
) -> None:
    """Let a process work for a while, and strike."""
    await leases_over(lab, batches, time.monotonic() + LIMIT)
    if strike is Strike.FREEZE:
        process = await frozen.enter_async_context(_thawed(lab, batches))
        await settled(lab, batches, process, time.monotonic() + seconds)
        os.killpg(process.pid, signal.SIGSTOP)
        return
    async with AsyncExitStack() as processes:
        process = await processes.enter_async_context(lab.process(batches, FAST))
        if strike is Strike.RIVAL:
            await processes.enter_async_context(lab.process(batches, FAST))
        await settled(lab, batches, process, time.monotonic() + seconds)
        if strike in _OUTAGES:
            await endure(lab, OUTAGES[_OUTAGES[strike]], _LATENCIES)
            await settled(lab, batches, process, time.monotonic() + seconds)


@asynccontextmanager
async def _thawed(lab: Lab, batches: Sequence[PreparedBatch]) -> AsyncGenerator[Child]:
    """A process that wakes up when all is done, and has to leave."""
    async with lab.process(batches, FAST, counts=False) as process:
        yield process
        if process.ended():
            return
        os.killpg(process.pid, signal.SIGCONT)
        await until(process.ended, "the process that woke up to end", LIMIT)
