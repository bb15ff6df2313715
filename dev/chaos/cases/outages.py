"""Servers that go away while a batch of twenty is in step 6, and come back."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from dev.chaos.finish import finish, settled, verdict
from dev.chaos.lab import FAST, Lab
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE, Latencies
from registration.workflow.sub_steps import SUB_STEPS

_RESTAURANTS = 20
_LATENCIES = Latencies("realistic")
"""On the clock of the programme step 6 takes at least a quarter of a minute then."""
_LIMIT = 600.0
_BEGUN_SHARE = 0.2
_ENDED: LiteralString = """
    select count(*) from registration_sub_steps u join registration_jobs j on j.id = u.job_id
    where j.batch_job_id = %(batch)s and u.status = 'completed'
"""


@dataclass(frozen=True)
class Outage:
    """What ends, how, and for how many real seconds."""

    name: str
    seconds: float
    end: Callable[[Lab], Awaitable[None]]
    start: Callable[[Lab], Awaitable[None]]


async def _stop_postgres(lab: Lab) -> None:
    await lab.servers.postgres.stop()


async def _crash_postgres(lab: Lab) -> None:
    await lab.servers.postgres.crash()


async def _start_postgres(lab: Lab) -> None:
    await lab.servers.postgres.start_again()
    # The connections of before are broken.
    await lab.database.close()


async def _kill_prefect(lab: Lab) -> None:
    lab.servers.prefect.kill()


async def _start_prefect(lab: Lab) -> None:
    await lab.servers.prefect.start_again()


async def _kill_both(lab: Lab) -> None:
    await _kill_prefect(lab)
    await _stop_postgres(lab)


async def _start_both(lab: Lab) -> None:
    await _start_postgres(lab)
    await _start_prefect(lab)


async def _kill_sandbox(lab: Lab) -> None:
    await lab.remember_sendings()
    lab.servers.sandbox.kill()


async def _start_sandbox(lab: Lab) -> None:
    await lab.servers.sandbox.start_again()


_SHORT, _LONG = 2.0, 90.0
OUTAGES = {
    one.name: one
    for one in (
        Outage("postgres-2s", _SHORT, _stop_postgres, _start_postgres),
        Outage("postgres-90s", _LONG, _stop_postgres, _start_postgres),
        Outage("postgres-killed-2s", _SHORT, _crash_postgres, _start_postgres),
        Outage("prefect-2s", _SHORT, _kill_prefect, _start_prefect),
        Outage("prefect-90s", _LONG, _kill_prefect, _start_prefect),
        Outage("both-2s", _SHORT, _kill_both, _start_both),
        Outage("both-90s", _LONG, _kill_both, _start_both),
        Outage("platform-60s", 60 * FAST.scale, _kill_sandbox, _start_sandbox),
    )
}


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """A process works on the batch; if it gives up, another one goes on."""
    [case] = cases
    outage = OUTAGES[case.rpartition("/")[2]]
    batch = await lab.batch(_RESTAURANTS)
    await lab.platform.behave(_LATENCIES)
    try:
        async with lab.process([batch], FAST) as process:
            await _in_step_6(lab, batch)
            await endure(lab, outage, _LATENCIES)
            await settled(lab, [batch], process, time.monotonic() + _LIMIT)
        await finish(lab, [batch], limit=_LIMIT)
    finally:
        await lab.platform.behave(AT_ONCE)
    return {case: await verdict(lab, batch)}


async def _in_step_6(lab: Lab, batch: PreparedBatch) -> None:
    """Wait until a part of the sub-steps is completed. Raises TimeoutError."""
    wanted = _BEGUN_SHARE * len(batch.job_ids) * len(SUB_STEPS)
    async with asyncio.timeout(_LIMIT):
        while (await lab.records.query(_ENDED, batch=batch.batch_id))[0]["count"] < wanted:
            await asyncio.sleep(0.2)


async def endure(lab: Lab, outage: Outage, latencies: Latencies) -> None:
    """End it, wait, start it again; the platform then takes as long as before."""
    await outage.end(lab)
    try:
        await asyncio.sleep(outage.seconds)
    finally:
        await outage.start(lab)
    await lab.platform.behave(latencies)


TRIALS = tuple(Trial((f"outage/{name}",), _play, alone=True) for name in OUTAGES)
