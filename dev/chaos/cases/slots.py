"""Browser slots are held while a server, or the process that holds the slots, is killed or frozen."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from dev.chaos.cases.outages import OUTAGES, Outage, endure
from dev.chaos.finish import finish, until_idle, verdict
from dev.chaos.lab import FAST, Lab
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import Child
from dev.stack.sandbox_control import AT_ONCE, Latencies

_RESTAURANTS, _SLOTS = 4, 2
_LATENCIES = Latencies("realistic")
_SETTINGS = {"REGISTRATION_BROWSER_LIMIT": str(_SLOTS)}
_LIMIT = 300.0
_GIVEN_BACK_LIMIT = 120.0


async def _server_killed(lab: Lab, outage: Outage) -> Verdict:
    async with _all_are_held(lab) as (batch, process):
        await endure(lab, outage, _LATENCIES)
        await until_idle(lab, [batch], process, time.monotonic() + _LIMIT)
    return await _ended(lab, batch)


async def _process_killed(lab: Lab) -> Verdict:
    async with _all_are_held(lab) as (batch, _):
        pass
    return await _given_back(lab) + await _ended(lab, batch)


async def _process_frozen(lab: Lab) -> Verdict:
    """Another batch needs the slots of a frozen process."""
    async with _all_are_held(lab) as (frozen, process):
        os.killpg(process.pid, signal.SIGSTOP)
        other = await lab.batch(_RESTAURANTS)
        found = await _ended(lab, other)
    return found + await _ended(lab, frozen)


@asynccontextmanager
async def _all_are_held(lab: Lab) -> AsyncGenerator[tuple[PreparedBatch, Child]]:
    """A batch and its process at the moment in which it holds every slot; the process is killed after the block."""
    batch = await lab.batch(_RESTAURANTS)
    await lab.platform.behave(_LATENCIES)
    try:
        async with lab.process([batch], FAST, _SETTINGS) as process:
            await _until_held(lab, _SLOTS, _LIMIT)
            yield batch, process
    finally:
        await lab.platform.behave(AT_ONCE)


async def _ended(lab: Lab, batch: PreparedBatch) -> Verdict:
    """Everything is completed within the limit of slots, and each slot is released."""
    await finish(lab, [batch], settings=_SETTINGS, limit=_LIMIT)
    return await verdict(lab, batch) + await _given_back(lab)


async def _given_back(lab: Lab) -> Verdict:
    try:
        await _until_held(lab, 0, _GIVEN_BACK_LIMIT)
    except TimeoutError:
        return Verdict(stuck=(f"a browser slot was not given back within {_GIVEN_BACK_LIMIT:g} s",))
    return Verdict()


async def _until_held(lab: Lab, slots: int, limit: float) -> None:
    """Wait until this many slots are held. Raises TimeoutError."""
    async with asyncio.timeout(limit):
        while await lab.records.slots_held() != slots:
            await asyncio.sleep(0.1)


_CASES: dict[str, Case] = {
    "prefect-killed": partial(_server_killed, outage=OUTAGES["prefect-2s"]),
    "postgres-killed": partial(_server_killed, outage=OUTAGES["postgres-killed-2s"]),
    "process-killed": _process_killed,
    "process-frozen": _process_frozen,
}


TRIALS = tuple(Trial((f"slots/{name}",), one_by_one(_CASES), alone=True) for name in _CASES)
