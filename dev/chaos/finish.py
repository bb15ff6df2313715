"""Bring batches to their end, as recovery does: run register-batch in new processes until everything is done.

A person resolves the effects that only a person can check on the platform.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from dev.chaos.judge import COMPLETED, Expected, judge, missing
from dev.chaos.lab import FAST, Clock, Lab
from dev.chaos.operator import resolve_unknown
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import Child

LIMIT = 300.0
_SECONDS = 0.5
_GOODBYE = 30.0


def within(limit: float = LIMIT) -> float:
    """The deadline this many seconds from now."""
    return time.monotonic() + limit


async def finish(
    lab: Lab,
    batches: Sequence[PreparedBatch],
    clock: Clock = FAST,
    settings: Mapping[str, str] | None = None,
    limit: float = LIMIT,
    *,
    resolves: bool = True,
) -> None:
    """Start processes until no batch can go on, or the limit has passed.

    Unless a person `resolves` the effects that only a person can check, they stay unknown.
    """
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and (left := await _left(lab, batches, resolves=resolves)):
        await leases_over(lab, left, deadline)
        async with lab.process(left, clock, settings) as process:
            await until_idle(lab, left, process, deadline, resolves=resolves)


async def until_idle(
    lab: Lab, batches: Sequence[PreparedBatch], process: Child, deadline: float, *, resolves: bool = False
) -> None:
    """Wait until no batch can go on, the process has ended, or the deadline has passed.

    Meanwhile a person `resolves` the effects that only a person can check, if requested.
    """
    while not process.ended() and time.monotonic() < deadline and await _left(lab, batches, resolves=resolves):
        await asyncio.sleep(_SECONDS)
    goodbye = time.monotonic() + _GOODBYE
    while not process.ended() and time.monotonic() < goodbye and await lab.records.held(batches):
        await asyncio.sleep(_SECONDS)


async def _left(lab: Lab, batches: Sequence[PreparedBatch], *, resolves: bool) -> list[PreparedBatch]:
    """The batches that can still go on, after a person has resolved the waiting effects, if requested."""
    if resolves:
        await resolve_unknown(lab, batches)
    return await lab.records.unfinished(batches)


async def leases_over(lab: Lab, batches: Sequence[PreparedBatch], deadline: float) -> None:
    """Wait until the batches have no live lease, as recovery would."""
    while time.monotonic() < deadline and await lab.records.held(batches):
        await asyncio.sleep(_SECONDS)


async def verdicts(
    lab: Lab, batches: Sequence[PreparedBatch], expected: Mapping[UUID, Expected] | None = None
) -> dict[UUID, Verdict]:
    """The findings of each job, by its id; every job must be completed, unless another end is expected."""
    records = await lab.records.restaurants(batches)
    found: dict[UUID, Verdict] = {}
    for batch in batches:
        done = await lab.done(batch)
        for job_id in batch.job_ids:
            wanted = (expected or {}).get(job_id, COMPLETED)
            found[job_id] = judge(records[job_id], done, wanted) if job_id in records else missing(records, [job_id])
    return found


async def verdict(lab: Lab, batch: PreparedBatch, expected: Expected = COMPLETED) -> Verdict:
    """The findings of a whole batch whose jobs must all end alike."""
    return Verdict.together((await verdicts(lab, [batch], dict.fromkeys(batch.job_ids, expected))).values())
