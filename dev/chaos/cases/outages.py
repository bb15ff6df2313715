"""Servers fail while a batch of twenty is in step 6, and come back; the register fails while a batch searches it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from dev.chaos.finish import finish, leases_over, until_idle, verdict, within
from dev.chaos.lab import FAST, Lab
from dev.chaos.operator import gates_answered
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import Next, PreparedBatch
from dev.stack.sandbox_control import AT_ONCE, Latencies
from registration.workflow.sub_steps import SUB_STEPS

_RESTAURANTS = 20
_LATENCIES = Latencies("realistic")
"""Latencies with which step 6 takes at least 15 s on the clock of the programme."""
_LIMIT = 600.0
_BEGUN_SHARE = 0.2
_ENDED: LiteralString = """
    select count(*) from registration_sub_steps u join registration_jobs j on j.id = u.job_id
    where j.batch_job_id = %(batch)s and u.status = 'completed'
"""


_SEARCHED = 6
_PATIENCE = "200"
"""Six seconds on the clock of the programme."""
_WAIT_FOR_REGISTER: LiteralString = """
    select count(*) from registration_job_steps s join registration_jobs j on j.id = s.job_id
    where j.batch_job_id = %(batch)s and s.step_number = 2 and s.unanswered_since is not null
"""
_ARE_ASKED_ABOUT: LiteralString = """
    select count(*) from registration_job_steps s join registration_jobs j on j.id = s.job_id
    where j.batch_job_id = %(batch)s and s.step_number = 3 and s.status = 'action_required'
"""


@dataclass(frozen=True)
class Outage:
    """The servers that fail, the way they fail, and the duration in real seconds."""

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
    # Connections from before the outage are broken.
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
    outage.name: outage
    for outage in (
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
    """A process works on the batch; if it ends early, another process takes over."""
    [case] = cases
    outage = OUTAGES[case.rpartition("/")[2]]
    batch = await lab.batch(_RESTAURANTS)
    await lab.platform.behave(_LATENCIES)
    try:
        async with lab.process([batch], FAST) as process:
            await _in_step_6(lab, batch)
            await endure(lab, outage, _LATENCIES)
            await until_idle(lab, [batch], process, time.monotonic() + _LIMIT)
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
    """Stop the servers, wait, start them again; then set the previous latencies."""
    await outage.end(lab)
    try:
        await asyncio.sleep(outage.seconds)
    finally:
        await outage.start(lab)
    await lab.platform.behave(latencies)


async def _without_register(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The register is away for longer than it is waited for, and the first process is killed while it waits.

    A person searches again at the gate once the register is back.
    """
    [case] = cases
    batch = await lab.batch(_SEARCHED, Next.SEARCH)
    await lab.platform.take_register_away()
    try:
        async with lab.process([batch], FAST):
            await _all(lab, batch, _WAIT_FOR_REGISTER)
        await leases_over(lab, [batch], within())
        async with lab.process([batch], FAST, {"REGISTRATION_OUTAGE_PATIENCE_SECONDS": _PATIENCE}):
            await _all(lab, batch, _ARE_ASKED_ABOUT)
    finally:
        await lab.platform.bring_register_back()
    async with gates_answered(lab, "faults", [batch]):
        await finish(lab, [batch], limit=_LIMIT)
    return {case: await verdict(lab, batch)}


async def _all(lab: Lab, batch: PreparedBatch, query: LiteralString) -> None:
    """Wait until the query counts all jobs of the batch. Raises TimeoutError."""
    async with asyncio.timeout(_LIMIT):
        while (await lab.records.query(query, batch=batch.batch_id))[0]["count"] < len(batch.job_ids):
            await asyncio.sleep(0.2)


TRIALS = (
    *(Trial((f"outage/{name}",), _play, alone=True) for name in OUTAGES),
    Trial(("outage/register-longer-than-patience",), _without_register, alone=True),
)
