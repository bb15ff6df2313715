"""A process is frozen longer than its lease: another process takes over, and the thawed process does nothing more."""

import os
import signal
import time
from collections.abc import Mapping, Sequence

from dev.chaos.finish import finish, leases_over, verdict
from dev.chaos.lab import REAL, Lab
from dev.chaos.traps import Moment
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.errors import NotInTime
from dev.stack.fixtures import PreparedBatch
from dev.stack.processes import Child
from dev.stack.waiting import until
from registration.workflow.sub_steps import SubStepName

_LIMIT = 120.0
_HELD_AT = {
    "before-it-sends": Moment.SENT,  # with a transaction open
    "after-sent": Moment.SENT_COMMITTED,  # right before its request
    "before-it-stores": Moment.COMPLETED,  # after it has received the answer
}
_SUB_STEP = SubStepName.MENU_IMPORT


async def _play(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    return {case: await _freeze(lab, _HELD_AT[case.rpartition("/")[2]]) for case in cases}


async def _freeze(lab: Lab, moment: Moment) -> Verdict:
    [batch] = await lab.batches_of_one(1)
    trap = await lab.traps.lay(batch.job_ids[0], _SUB_STEP, moment)
    async with lab.process([batch], REAL) as old:
        held = await lab.traps.spring([trap], _LIMIT)
        os.killpg(old.pid, signal.SIGSTOP)
        await lab.traps.open([trap])
        await leases_over(lab, [batch], time.monotonic() + _LIMIT)
        await finish(lab, [batch])
        found = await verdict(lab, batch) + await waking_up(lab, batch, old)
    return found if held else found + Verdict(stuck=(f"the process never came to {moment} of {_SUB_STEP}",))


async def waking_up(lab: Lab, batch: PreparedBatch, old: Child) -> Verdict:
    """Thaw the old process: it must end by itself, without a further effect."""
    before = await lab.platform.done(batch.organisation_id)
    os.killpg(old.pid, signal.SIGCONT)
    try:
        await until(old.ended, "the old process to end", _LIMIT)
    except NotInTime:
        return Verdict(stuck=("the process that woke up goes on",))
    after = await lab.platform.done(batch.organisation_id)
    more = sorted(done.effect for done in set(after) - set(before))
    return Verdict(duplicates=tuple(f"{effect} by the process that woke up" for effect in more))


TRIALS = (Trial(tuple(f"frozen/{name}" for name in _HELD_AT), _play),)
