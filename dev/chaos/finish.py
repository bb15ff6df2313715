"""Bringing batches to their end, as recovery does: register-batch is run again in a new process until all is done.

What waits for a person to look at the platform is settled by one.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from dev.chaos.judge import COMPLETED, Expected, judge, missing
from dev.chaos.lab import FAST, Clock, Lab
from dev.chaos.operator import settle_unknown
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import Child

LIMIT = 300.0
_SECONDS = 0.5
_GOODBYE = 30.0


def within(limit: float = LIMIT) -> float:
    """The deadline that is so many seconds from now."""
    return time.monotonic() + limit


async def finish(
    lab: Lab,
    batches: Sequence[PreparedBatch],
    clock: Clock = FAST,
    settings: Mapping[str, str] | None = None,
    limit: float = LIMIT,
    *,
    settles: bool = True,
) -> None:
    """Start processes until nothing is left that goes on, or the limit has passed.

    Unless a person `settles` what only a person can tell, that is left as it is.
    """
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and (left := await _left(lab, batches, settles=settles)):
        await leases_over(lab, left, deadline)
        async with lab.process(left, clock, settings) as process:
            await settled(lab, left, process, deadline, settles=settles)


async def settled(
    lab: Lab, batches: Sequence[PreparedBatch], process: Child, deadline: float, *, settles: bool = False
) -> None:
    """Wait until nothing of the batches goes on, the process has ended, or the deadline has passed.

    A person `settles` meanwhile what only a person can tell, if wanted.
    """
    while not process.ended() and time.monotonic() < deadline and await _left(lab, batches, settles=settles):
        await asyncio.sleep(_SECONDS)
    goodbye = time.monotonic() + _GOODBYE
    while not process.ended() and time.monotonic() < goodbye and await lab.records.held(batches):
        await asyncio.sleep(_SECONDS)


async def _left(lab: Lab, batches: Sequence[PreparedBatch], *, settles: bool) -> list[PreparedBatch]:
    """The batches of which something can still go on, after a person has settled what waits for one, if wanted."""
    if settles:
        await settle_unknown(lab, batches)
    return await lab.records.unsettled(batches)


async def leases_over(lab: Lab, batches: Sequence[PreparedBatch], deadline: float) -> None:
    """Wait until nobody holds the batches any more, as recovery would."""
    while time.monotonic() < deadline and await lab.records.held(batches):
        await asyncio.sleep(_SECONDS)


async def verdicts(
    lab: Lab, batches: Sequence[PreparedBatch], expected: Mapping[UUID, Expected] | None = None
) -> dict[UUID, Verdict]:
    """What is found of each job, by its id; all must be completed, unless another end is expected."""
    records = await lab.records.restaurants(batches)
    found: dict[UUID, Verdict] = {}
    for batch in batches:
        done = await lab.done(batch)
        for job_id in batch.job_ids:
            wanted = (expected or {}).get(job_id, COMPLETED)
            found[job_id] = judge(records[job_id], done, wanted) if job_id in records else missing(records, [job_id])
    return found


async def verdict(lab: Lab, batch: PreparedBatch, expected: Expected = COMPLETED) -> Verdict:
    """What is found of a whole batch, all of whose jobs must end alike."""
    return Verdict.together((await verdicts(lab, [batch], dict.fromkeys(batch.job_ids, expected))).values())
