"""A batch or a job is cancelled in each of the six steps: no request starts after it, and the final state is true."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import LiteralString

from prefect.client.orchestration import PrefectClient
from prefect.states import Cancelled, Cancelling

from dev.chaos.arrange import bring, stands_in
from dev.chaos.finish import finish, verdicts
from dev.chaos.judge import ANY_TRUE_END
from dev.chaos.lab import REAL, Lab
from dev.chaos.operator import gates_answered, registration
from dev.chaos.trial import Trial
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from registration.states import JobStatus
from registration.workflow.steps import Step

_SENT_LATER: LiteralString = """
    select r.name || ': ' || u.name as effect from registration_sub_steps u
    join registration_jobs j on j.id = u.job_id join registration_batch_jobs b on b.id = j.batch_job_id
    join restaurants r on r.id = j.restaurant_id
    where u.job_id = any(%(jobs)s) and u.sent_at > coalesce(j.stop_requested_at, b.stop_requested_at)
"""
_HOLDERS: LiteralString = "select flow_run_id from registration_leases where batch_job_id = any(%(batches)s)"
_SOMEBODY = "faults"
_IN_PREFECT = (Step.COMPANY_SELECTION, Step.SET_UP)


async def _by_command(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """One batch per case in one process; the batch, or its first job, is cancelled while it is in its step."""
    batches = {case: await bring(lab, _step(case), number) for number, case in enumerate(cases)}
    every = list(batches.values())
    # All batches at once: a slow page of the register holds its restaurant for a while only.
    async with lab.process(every, REAL), asyncio.TaskGroup() as cancelling:
        for case, batch in batches.items():
            cancelling.create_task(_cancel_in_step(lab, case, batch), name=case)
    async with gates_answered(lab, _SOMEBODY, every):
        await finish(lab, every)
    return {case: await _judge(lab, batch) for case, batch in batches.items()}


async def _cancel_in_step(lab: Lab, case: str, batch: PreparedBatch) -> None:
    await stands_in(lab, _step(case), batch)
    await registration(lab, batch.organisation_id, "cancel", str(_what(case, batch)), "--by", _SOMEBODY)


async def _in_prefect(lab: Lab, cases: Sequence[str]) -> Mapping[str, Verdict]:
    """The flow run is cancelled in Prefect: its worker kills the process, and recovery detects the reason."""
    batches = {case: await bring(lab, _step(case), number) for number, case in enumerate(cases)}
    every = list(batches.values())
    async with PrefectClient(lab.stack.addresses.prefect_api_url or "") as client:
        async with lab.process(every, REAL):
            for case, batch in batches.items():
                await stands_in(lab, _step(case), batch)
            runs = [row["flow_run_id"] for row in await lab.records.query(_HOLDERS, batches=_ids(every))]
            for run in runs:
                await client.set_flow_run_state(run, Cancelling())
        for run in runs:
            await client.set_flow_run_state(run, Cancelled(), force=True)
    await finish(lab, every)
    return {case: await _judge(lab, batch) for case, batch in batches.items()}


async def _judge(lab: Lab, batch: PreparedBatch) -> Verdict:
    """No request was sent after the stop flag, the restaurant in the step is cancelled, reported states are true."""
    held = (await lab.records.restaurants([batch]))[batch.job_ids[0]]
    found = Verdict.together((await verdicts(lab, [batch], dict.fromkeys(batch.job_ids, ANY_TRUE_END))).values())
    later = await lab.records.query(_SENT_LATER, jobs=list(batch.job_ids))
    other_end = () if held.status is JobStatus.CANCELLED else (f"{held.name} was cancelled and is {held.status}",)
    return found + Verdict(
        duplicates=tuple(f"{row['effect']} was sent after the cancel" for row in later),
        losses=other_end,
    )


def _step(case: str) -> Step:
    return Step(int(case.rpartition("-")[2]))


def _what(case: str, batch: PreparedBatch) -> object:
    return batch.batch_id if "/batch/" in case else batch.job_ids[0]


def _ids(batches: Sequence[PreparedBatch]) -> list[object]:
    return [batch.batch_id for batch in batches]


TRIALS = (
    Trial(tuple(f"cancel/{what}/step-{step:d}" for what in ("batch", "job") for step in Step), _by_command, alone=True),
    Trial(tuple(f"cancel/in-prefect/step-{step:d}" for step in _IN_PREFECT), _in_prefect),
)
