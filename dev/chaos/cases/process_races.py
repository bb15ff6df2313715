"""A process is dead or frozen while an effect of its batch is in flight."""

import asyncio
import os
import signal
from typing import LiteralString

from dev.chaos.cases.frozen import waking_up
from dev.chaos.finish import finish, leases_over, verdict, verdicts, within
from dev.chaos.held_rows import HeldRows
from dev.chaos.judge import ANY_TRUE_END, COMPLETED
from dev.chaos.lab import FAST, REAL, Lab
from dev.chaos.operator import gates_answered, registration
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import Next
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_REFUSED, _RESTAURANTS = 4, 5
_HANGS_AFTER_ITS_WORK = {"kind": "hang", "acts": True, "times": 1, "seconds": 100_000}
_HOLD_JOB: LiteralString = "select from registration_jobs where id = %(job)s for update"
_SEARCHES: LiteralString = """
    select 1 as found from registration_job_steps where job_id = %(job)s and step_number = 2 and status = 'in_progress'
"""
_STOPPED_WITH_ITS_EFFECT: LiteralString = """
    select 1 as found from registration_batch_jobs b join registration_jobs j on j.batch_job_id = b.id
    join registration_sub_steps u on u.job_id = j.id
    where b.id = %(batch)s and b.stopped_reason is not null and j.id = %(job)s and u.name = 'cloudwaitressAccount'
      and u.status = 'in_progress' and u.sent_at is not null
"""
_TO_RECOVER: LiteralString = "select batch_job_id as id from registration_batches_to_recover()"
_LIMIT = 180.0
_SECONDS = 0.1


async def _stopped(lab: Lab) -> Verdict:
    """The failure threshold halts a batch, and its process is killed while the request for an account is in flight."""
    batch = await lab.batch(_RESTAURANTS)
    endpoint = SUB_STEPS[SubStepName.CLOUDWAITRESS_ACCOUNT].endpoint
    await lab.platform.misbehave(batch.restaurant_ids[0], endpoint, _HANGS_AFTER_ITS_WORK)
    for restaurant_id in batch.restaurant_ids[-_REFUSED:]:
        await lab.platform.misbehave(restaurant_id, endpoint, {"kind": "success_false", "times": 1})
    async with lab.process([batch], REAL):
        await _until(lab, _STOPPED_WITH_ITS_EFFECT, batch=batch.batch_id, job=batch.job_ids[0])
    await leases_over(lab, [batch], within())
    listed = {row["id"] for row in await lab.records.query(_TO_RECOVER)}
    await registration(lab, batch.organisation_id, "continue", str(batch.batch_id), "--by", "faults")
    await finish(lab, [batch])
    expected = dict.fromkeys(batch.job_ids, ANY_TRUE_END) | {batch.job_ids[0]: COMPLETED}
    found = Verdict.together((await verdicts(lab, [batch], expected)).values())
    finding = "recovery would not have reconciled the request that was in flight when the batch was halted"
    return found if batch.batch_id in listed else found + Verdict(stuck=(finding,))


async def _step_without_lease(lab: Lab) -> Verdict:
    """A process is frozen at the end of a step, and thaws when another process is about to repeat the step."""
    batch = await lab.batch(1, Next.SEARCH)
    job = batch.job_ids[0]
    async with lab.process([batch], FAST) as old:
        await _until(lab, _SEARCHES, job=job)
        async with HeldRows.holding(lab.registration_url, _HOLD_JOB, job=job) as held:
            await held.until_behind(1)
            os.killpg(old.pid, signal.SIGSTOP)
            # Postgres would end the frozen connection after its idle limit.
            await held.end_those_behind()
            await leases_over(lab, [batch], within())
            async with lab.process([batch], FAST):
                await held.until_behind(1)
                woken = await waking_up(lab, batch, old)
    async with gates_answered(lab, "faults", [batch]):
        await finish(lab, [batch])
    return woken + await verdict(lab, batch)


async def _until(lab: Lab, sql: LiteralString, **values: object) -> None:
    """Wait until the query returns a row. Raises TimeoutError."""
    async with asyncio.timeout(_LIMIT):
        while not await lab.records.query(sql, **values):
            await asyncio.sleep(_SECONDS)


_CASES: dict[str, Case] = {"stopped-batch": _stopped, "step-without-lease": _step_without_lease}


# Alone, because a case holds a slot while it waits for another process.
TRIALS = tuple(Trial((f"race/{name}",), one_by_one(_CASES), alone=True) for name in _CASES)
