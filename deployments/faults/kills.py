"""kill -9 of the process that works on a batch, at five points of each of the twelve; then another one goes on."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial

from deployments.faults.clock import REAL
from deployments.faults.compared import SubStepRecord
from deployments.faults.finishing import finish, verdicts
from deployments.faults.lab import Lab
from deployments.faults.traps import Moment, Trap
from deployments.faults.trial import Trial
from deployments.faults.verdicts import Verdict
from deployments.local.prepared_batches import PreparedBatch
from registration.states import SubStepStatus
from registration.sub_steps import SUB_STEPS, SubStepName

_LIMIT = 120.0
_SECONDS = 0.5
_HANGS_AFTER_ITS_WORK = {"kind": "hang", "acts": True, "times": 1, "seconds": 100_000}


class Point(StrEnum):
    """Where the process is held when it is killed."""

    BEFORE_INTENT = "before-intent"
    AFTER_INTENT = "after-intent"
    AFTER_SENT = "after-sent"
    AFTER_EFFECT = "after-effect"
    BEFORE_STORED = "before-stored"

    @property
    def moment(self) -> Moment | None:
        """What Postgres is asked for there; None where the platform has acted and does not answer."""
        return _MOMENTS.get(self)

    def is_at(self, row: SubStepRecord, done: int) -> bool:
        """Whether our row and the platform's count are those of a process that died there."""
        in_progress, happened = row.status is SubStepStatus.IN_PROGRESS, done > 0
        match self:
            case Point.BEFORE_INTENT:
                return row.status is SubStepStatus.PENDING and not row.intended
            case Point.AFTER_INTENT:
                return in_progress and row.intended and not row.sent and not happened
            case Point.AFTER_SENT:
                return in_progress and row.sent and not happened
            case Point.AFTER_EFFECT | Point.BEFORE_STORED:
                return in_progress and row.sent and happened


_MOMENTS = {
    Point.BEFORE_INTENT: Moment.INTENT,
    Point.AFTER_INTENT: Moment.SENT,
    Point.AFTER_SENT: Moment.SENT_COMMITTED,
    Point.BEFORE_STORED: Moment.COMPLETED,
}


async def _play(point: Point, lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """Batches of one in one process, each held at the same point of another sub-step; all are killed together."""
    names = [SubStepName(case.rpartition("/")[2]) for case in cases]
    batches = await lab.batches_of_one(len(names))
    traps = await _lay(lab, point, batches, names)
    async with lab.process(batches, REAL):
        await _all_held(lab, traps, batches, names)
    await lab.traps.release(traps)
    elsewhere = await _elsewhere(lab, point, batches, names)
    await finish(lab, batches)
    found = await verdicts(lab, batches)
    return {
        case: found[batch.job_ids[0]] + elsewhere[name] for case, batch, name in zip(cases, batches, names, strict=True)
    }


async def _lay(lab: Lab, point: Point, batches: Sequence[PreparedBatch], names: Sequence[SubStepName]) -> list[Trap]:
    traps: list[Trap] = []
    for batch, name in zip(batches, names, strict=True):
        if point.moment is not None:
            traps.append(await lab.traps.lay(batch.job_ids[0], name, point.moment))
        else:
            endpoint = SUB_STEPS[name].endpoint
            await lab.platform.misbehave(batch.restaurant_ids[0], endpoint, _HANGS_AFTER_ITS_WORK)
    return traps


async def _all_held(
    lab: Lab, traps: Sequence[Trap], batches: Sequence[PreparedBatch], names: Sequence[SubStepName]
) -> None:
    """Wait until the process is held everywhere; what it does not come to is found afterwards."""
    if traps:
        await lab.traps.spring(traps, _LIMIT)
        return
    deadline = time.monotonic() + _LIMIT
    while time.monotonic() < deadline:
        if all(count for _, count in await _standing(lab, batches, names)):
            return
        await asyncio.sleep(_SECONDS)


async def _elsewhere(
    lab: Lab, point: Point, batches: Sequence[PreparedBatch], names: Sequence[SubStepName]
) -> dict[SubStepName, Verdict]:
    """A process that did not die at its point proves nothing."""
    found: dict[SubStepName, Verdict] = {}
    for name, (row, count) in zip(names, await _standing(lab, batches, names), strict=True):
        said = f"not killed {point} of {name}: {row}, done {count} times"
        found[name] = Verdict() if point.is_at(row, count) else Verdict(stuck=(said,))
    return found


async def _standing(
    lab: Lab, batches: Sequence[PreparedBatch], names: Sequence[SubStepName]
) -> list[tuple[SubStepRecord, int]]:
    """Our row of each batch's sub-step, and how often the platform did it."""
    records, standing = await lab.records.restaurants(batches), []
    for batch, name in zip(batches, names, strict=True):
        job, done = records[batch.job_ids[0]], await lab.done(batch.organisation_id)
        standing.append((job.twelve[name], done.count(job, name)))
    return standing


TRIALS = tuple(Trial(tuple(f"kill/{point}/{name}" for name in SubStepName), partial(_play, point)) for point in Point)
