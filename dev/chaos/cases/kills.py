"""kill -9 of a batch's process at five points of each of the twelve sub-steps; then another process takes over."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from dev.chaos.expected import SubStepRecord
from dev.chaos.finish import finish, verdicts
from dev.chaos.lab import REAL, Lab
from dev.chaos.traps import Moment, Trap
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_LIMIT = 120.0
_SECONDS = 0.5
_TOGETHER = 2
"""Number of sub-steps whose five points are tried in one process."""
_HANGS_AFTER_ITS_WORK = {"kind": "hang", "acts": True, "times": 1, "seconds": 100_000}


class Point(StrEnum):
    """The point at which the process is held and killed."""

    BEFORE_INTENT = "before-intent"
    AFTER_INTENT = "after-intent"
    AFTER_SENT = "after-sent"
    AFTER_EFFECT = "after-effect"
    BEFORE_STORED = "before-stored"

    @property
    def moment(self) -> Moment | None:
        """The trap in Postgres for that point; None where the platform has acted and does not answer."""
        return _MOMENTS.get(self)

    def is_at(self, row: SubStepRecord, done: int) -> bool:
        """True if our row and the platform's count are those of a process that died at that point."""
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


@dataclass(frozen=True)
class _Kill:
    """One case: the batch whose process is held, and the point."""

    name: SubStepName
    point: Point
    batch: PreparedBatch
    trap: Trap | None

    @classmethod
    async def prepared(cls, lab: Lab, case: str) -> Self:
        """A new batch with the trap for that point."""
        _, name, point = case.split("/")
        [batch] = await lab.batches_of_one(1)
        kill = cls(SubStepName(name), Point(point), batch, None)
        if kill.point.moment is not None:
            return replace(kill, trap=await lab.traps.lay(batch.job_ids[0], name, kill.point.moment))
        await lab.platform.misbehave(batch.restaurant_ids[0], SUB_STEPS[kill.name].endpoint, _HANGS_AFTER_ITS_WORK)
        return kill

    async def sub_step_and_count(self, lab: Lab) -> tuple[SubStepRecord, int]:
        """Our row of the sub-step, and the platform's count of the effect."""
        [record] = (await lab.records.restaurants([self.batch])).values()
        done = await lab.done(self.batch)
        return record.twelve[self.name], done.count(record, self.name)

    async def elsewhere(self, lab: Lab) -> Verdict:
        """The finding for a process that did not die at its point: such a case proves nothing."""
        row, count = await self.sub_step_and_count(lab)
        finding = f"not killed {self.point} of {self.name}: {row}, done {count} times"
        return Verdict() if self.point.is_at(row, count) else Verdict(stuck=(finding,))


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """Single-restaurant batches in one process, each held at another point; all are killed together."""
    kills = [await _Kill.prepared(lab, case) for case in cases]
    batches, traps = [kill.batch for kill in kills], [kill.trap for kill in kills if kill.trap]
    async with lab.process(batches, REAL):
        await lab.traps.spring(traps, _LIMIT)
        await _all_answers_hang(lab, [kill for kill in kills if not kill.trap])
    await lab.traps.release(traps)
    elsewhere = [await kill.elsewhere(lab) for kill in kills]
    await finish(lab, batches)
    found = (await verdicts(lab, batches)).values()
    return {case: each + other for case, each, other in zip(cases, found, elsewhere, strict=True)}


async def _all_answers_hang(lab: Lab, kills: Sequence[_Kill]) -> None:
    """Wait until the platform has acted for each batch; a batch that misses its point is reported afterwards."""
    deadline = time.monotonic() + _LIMIT
    while time.monotonic() < deadline:
        if all([(await kill.sub_step_and_count(lab))[1] for kill in kills]):
            return
        await asyncio.sleep(_SECONDS)


def _trial(names: Sequence[SubStepName]) -> Trial:
    return Trial(tuple(f"kill/{name}/{point}" for name in names for point in Point), _play)


_NAMES = tuple(SubStepName)
TRIALS = tuple(_trial(_NAMES[first : first + _TOGETHER]) for first in range(0, len(_NAMES), _TOGETHER))
