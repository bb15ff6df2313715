"""kill -9 around an answer at a gate: no accepted answer is asked for again."""

import os
import signal
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import LiteralString

from dev.chaos.finish import finish, verdict
from dev.chaos.lab import FAST, Lab
from dev.chaos.operator import Operator, gates_answered
from dev.chaos.traps import Moment, Trap
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import Next, PreparedBatch
from registration.workflow.steps import GATE_STEPS, GateName

_LIMIT = 120.0
_RESTAURANTS = 2
_BEFORE, _AFTER = "before the kill", "after the kill"
_BEFORE_GATE = {GateName.COMPANY_SELECTION: Next.SEARCH, GateName.YOLO_CONFIG: Next.CONFIGURATION}
_DECIDED: LiteralString = """
    select count(*) from registration_decisions
    where job_id = any(%(jobs)s) and gate = %(gate)s and accepted and decided_by = %(by)s
"""


class Moments(StrEnum):
    """Progress of an answer at the moment of the kill."""

    PAUSED = "paused"  # there is no answer yet
    UNREAD = "accepted-and-unread"  # accepted by Prefect; the process has not read it
    READ = "accepted-and-read"  # the process is about to commit it
    STORED = "stored"  # committed, without the process's knowledge


_HELD = {Moments.READ: Moment.DECISION, Moments.STORED: Moment.DECISION_COMMITTED}


async def _play(gate: GateName, lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """One batch per case in one process; the answers that were read are held, then the process is frozen and killed."""
    batches = {Moments(case.rpartition("/")[2]): await lab.batch(_RESTAURANTS, _BEFORE_GATE[gate]) for case in cases}
    traps = {
        moment: await lab.traps.lay(batches[moment].job_ids[0], gate, held)
        for moment, held in _HELD.items()
        if moment in batches
    }
    await _answer_and_kill(lab, batches, list(traps.values()))
    async with gates_answered(lab, _AFTER, list(batches.values())):
        await finish(lab, list(batches.values()))
    return {
        case: await verdict(lab, batch) + await _kept(lab, gate, moment, batch)
        for case, (moment, batch) in zip(cases, batches.items(), strict=True)
    }


async def _answer_and_kill(lab: Lab, batches: Mapping[Moments, PreparedBatch], traps: Sequence[Trap]) -> None:
    async with (
        Operator.connected(lab, _BEFORE) as operator,
        lab.process(list(batches.values()), FAST) as process,
    ):
        forms = {moment: await operator.sees(batch, _LIMIT) for moment, batch in batches.items()}
        for moment in _HELD.keys() & batches.keys():
            await operator.answers(batches[moment], forms[moment])
        assert len(await lab.traps.spring(traps, _LIMIT)) == len(traps), "the process did not store the answer"
        os.killpg(process.pid, signal.SIGSTOP)
        if Moments.UNREAD in batches:
            await operator.answers(batches[Moments.UNREAD], forms[Moments.UNREAD])
    await lab.traps.release(traps)


async def _kept(lab: Lab, gate: GateName, moment: Moments, batch: PreparedBatch) -> Verdict:
    """Checks that the decisions are those of the first answer."""
    by = _AFTER if moment is Moments.PAUSED else _BEFORE
    [row] = await lab.records.query(_DECIDED, jobs=list(batch.job_ids), gate=gate, by=by)
    lost = len(batch.job_ids) - row["count"]
    return Verdict(losses=(f"{lost} of {len(batch.job_ids)} answers given {by} are gone",)) if lost else Verdict()


TRIALS = tuple(Trial(tuple(f"gate/{gate}/{moment}" for moment in Moments), partial(_play, gate)) for gate in GATE_STEPS)
