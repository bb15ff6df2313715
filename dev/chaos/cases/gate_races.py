"""An answer arrives at the moment in which another party closes the question."""

import asyncio
from typing import LiteralString

from dev.chaos.finish import finish, leases_over, until_idle, verdict, within
from dev.chaos.held_rows import HeldRows
from dev.chaos.lab import FAST, Lab
from dev.chaos.operator import Operator, gates_answered, registration
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import Next

_HOLD_RUN: LiteralString = "select from flow_run where id = %(run)s for update"
_HOLD_JOB: LiteralString = "select from registration_jobs where id = %(job)s for update"
_WAITED_FOR_WEEKS: LiteralString = """
    update registration_job_steps set arrived_at = clock_timestamp() - interval '30 days'
    where job_id = %(job)s and status = 'action_required'
"""
_DECIDED: LiteralString = """
    select 1 as found from registration_decisions where job_id = %(job)s and accepted and decided_by = %(by)s
"""
_FORM_LIMIT = 180.0


async def _taken_over(lab: Lab) -> Verdict:
    """Prefect accepts an answer while a process that takes over the batch cancels the gate's run."""
    batch = await lab.batch(1, Next.CONFIGURATION)
    async with Operator.connected(lab, "first") as operator:
        async with lab.process([batch], FAST):
            gate = await operator.sees(batch, _FORM_LIMIT)
        await leases_over(lab, [batch], within())
        async with (
            HeldRows.holding(lab.stack.postgres.url("prefect"), _HOLD_RUN, run=gate.run_id) as held,
            lab.process([batch], FAST) as successor,
        ):
            await held.until_behind(1)
            answering = asyncio.create_task(operator.answers(batch, gate))
            await held.until_behind(2)
            await held.let_go()
            accepted = await answering
            async with gates_answered(lab, "second", [batch]):
                await until_idle(lab, [batch], successor, within())
    async with gates_answered(lab, "second", [batch]):
        await finish(lab, [batch])
    found = await verdict(lab, batch)
    recorded = await lab.records.query(_DECIDED, job=batch.job_ids[0], by="first")
    return found if recorded or not accepted else found + Verdict(losses=("an accepted answer was not recorded",))


async def _expired(lab: Lab) -> Verdict:
    """An answer is being recorded when the batch's process finds that the question has been open for weeks."""
    batch = await lab.batch(1, Next.CONFIGURATION)
    job = batch.job_ids[0]
    async with Operator.connected(lab, "faults") as operator, lab.process([batch], FAST) as process:
        await operator.sees(batch, _FORM_LIMIT)
        async with HeldRows.holding(lab.registration_url, _HOLD_JOB, job=job) as held:
            arguments = ("answer", str(batch.batch_id), "--accept-recommended", "--by", "faults")
            answering = asyncio.create_task(registration(lab, batch.organisation_id, *arguments))
            await held.until_behind(1)
            await lab.records.query(_WAITED_FOR_WEEKS, job=job)
            # Three transactions wait: the command, the expiry of overdue restaurants, the extension of the lease.
            await held.until_behind(3)
        await answering
        await until_idle(lab, [batch], process, within())
    await finish(lab, [batch])
    return await verdict(lab, batch)


_CASES: dict[str, Case] = {"answer-taken-over": _taken_over, "answer-expired": _expired}


TRIALS = tuple(Trial((f"race/{name}",), one_by_one(_CASES)) for name in _CASES)
