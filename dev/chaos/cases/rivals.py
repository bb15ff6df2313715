"""Two runs of one batch, and two restaurants with one e-mail, compete."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from dev.chaos.cases.mixtures import sharing
from dev.chaos.finish import LIMIT, finish, until_idle, verdict
from dev.chaos.judge import ANY_TRUE_END
from dev.chaos.lab import FAST, REAL, Lab
from dev.chaos.traps import Moment
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_RESTAURANTS = 3
_PAIRS = 4
_LIMIT = 120.0
_ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT


async def _two_runs(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """Two processes start on one batch at the same moment: one does everything, the other exits at once."""
    batch = await lab.batch(_RESTAURANTS)
    await asyncio.gather(_work(lab, batch), _work(lab, batch))
    await finish(lab, [batch])
    return dict.fromkeys(cases, await verdict(lab, batch))


async def _work(lab: Lab, batch: PreparedBatch) -> None:
    async with lab.process([batch], FAST) as process:
        await until_idle(lab, [batch], process, time.monotonic() + LIMIT)


async def _one_email(lab: Lab) -> PreparedBatch:
    """A batch of two restaurants with one e-mail."""
    return await lab.batch(sharing(*lab.rows[:2]))


async def _both_are_completed(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The second restaurant waits, and uses the account of the first."""
    batch = await _one_email(lab)
    await finish(lab, [batch])
    return dict.fromkeys(cases, await verdict(lab, batch))


async def _the_first_is_refused(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The waiting restaurant gets the account. The order of the two is random, so several pairs are tried."""
    batches = [await _one_email(lab) for _ in range(_PAIRS)]
    endpoint = SUB_STEPS[_ACCOUNT].endpoint
    for batch in batches:
        await lab.platform.misbehave(batch.restaurant_ids[0], endpoint, {"kind": "success_false", "times": 1})
    await finish(lab, batches)
    found = [await verdict(lab, batch, ANY_TRUE_END) for batch in batches]
    return dict.fromkeys(cases, Verdict.together(found))


async def _the_first_is_killed(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The process dies between commit and request of whichever restaurant is first."""
    batch = await _one_email(lab)
    traps = [await lab.traps.lay(job_id, _ACCOUNT, Moment.SENT_COMMITTED) for job_id in batch.job_ids]
    async with lab.process([batch], REAL):
        async with asyncio.timeout(_LIMIT):
            while not await lab.traps.sprung(traps):
                await asyncio.sleep(0.1)
    await lab.traps.release(traps)
    await finish(lab, [batch])
    return dict.fromkeys(cases, await verdict(lab, batch))


TRIALS = (
    Trial(("rivals/two-runs",), _two_runs),
    Trial(("rivals/one-email",), _both_are_completed),
    Trial(("rivals/one-email-refused",), _the_first_is_refused),
    Trial(("rivals/one-email-killed",), _the_first_is_killed),
)
