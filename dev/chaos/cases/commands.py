"""A person repairs a failure with retry, continue or resolve at the command line, until everything is completed."""

from collections.abc import Mapping
from typing import Any

from dev.chaos.finish import finish, verdict
from dev.chaos.lab import Lab
from dev.chaos.operator import registration
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.stack.fixtures import PreparedBatch
from registration.states import JobStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_BY = ("--by", "faults")
_REFUSED_ONCE = {"kind": "success_false", "times": 1}
_N = SubStepName


async def _retry_failed(lab: Lab) -> Verdict:
    """A job that failed in a blocking sub-step."""
    return await _retried(lab, _N.MENU_IMPORT, JobStatus.FAILED)


async def _retry_partially_completed(lab: Lab) -> Verdict:
    """A job that failed in a non-blocking sub-step."""
    return await _retried(lab, _N.PAYMENT_CONFIG, JobStatus.PARTIALLY_COMPLETED)


async def _retry_sub_step(lab: Lab) -> Verdict:
    """One sub-step is named; the sub-steps skipped because of it are reopened too."""
    name = _N.RESTAURANT_REGISTRATION
    return await _retried(lab, name, JobStatus.FAILED, "--sub-step", name)


async def _retry_cancelled(lab: Lab) -> Verdict:
    """A job that was cancelled before it started."""
    batch = await lab.batch(1)
    await _command(lab, batch, "cancel", str(batch.job_ids[0]))
    await finish(lab, [batch])
    ended = await _ended(lab, batch, JobStatus.CANCELLED)
    await _command(lab, batch, "retry", str(batch.job_ids[0]))
    await finish(lab, [batch])
    return ended + await verdict(lab, batch)


async def _retry_all(lab: Lab) -> Verdict:
    """Half of a batch failed, each restaurant in another sub-step."""
    batch = await lab.batch(4)
    for number, name in enumerate((_N.CLOUDWAITRESS_ACCOUNT, _N.OPTION_SETS)):
        await _refuse(lab, batch, number, name)
    await finish(lab, [batch])
    await _command(lab, batch, "retry", str(batch.batch_id), "--failed")
    await finish(lab, [batch])
    return await verdict(lab, batch)


async def _threshold(lab: Lab) -> Verdict:
    """More than half failed: the batch stops; after `continue` and `retry --failed` everything is completed."""
    batch = await lab.batch(5)
    for number in range(4):
        await _refuse(lab, batch, number, _N.CLOUDWAITRESS_ACCOUNT)
    await finish(lab, [batch])
    [row] = await lab.records.query(
        "select stopped_reason from registration_batch_jobs where id = %(batch)s", batch=batch.batch_id
    )
    kept = Verdict() if row["stopped_reason"] else Verdict(losses=("the batch was not stopped by its threshold",))
    await _command(lab, batch, "continue", str(batch.batch_id))
    await _command(lab, batch, "retry", str(batch.batch_id), "--failed")
    await finish(lab, [batch])
    return kept + await verdict(lab, batch)


async def _resolve(lab: Lab) -> Verdict:
    """The script failed after its effect: a person checks the platform and reports the effect as present."""
    return await _resolved(lab, {"kind": "fails", "times": 1, "acts": True}, "--it-is-there")


async def _do_it_again(lab: Lab) -> Verdict:
    """The platform neither acted, answered nor shows evidence: a person reports the effect as absent."""
    return await _resolved(lab, {"kind": "cut_before", "times": 1}, "--do-it-again")


async def _resolved(lab: Lab, fault: Mapping[str, Any], resolution: str) -> Verdict:
    [batch], name = await lab.batches_of_one(1), _N.MENU_IMPORT
    endpoint = SUB_STEPS[name].endpoint
    await lab.platform.misbehave(batch.restaurant_ids[0], endpoint, fault)
    await finish(lab, [batch], resolves=False)
    waiting = await _ended(lab, batch, JobStatus.ACTION_REQUIRED)
    await _command(lab, batch, "resolve", str(batch.job_ids[0]), name, resolution, "--why", "checked on the platform")
    await finish(lab, [batch])
    return waiting + await verdict(lab, batch)


async def _retried(lab: Lab, name: SubStepName, status: JobStatus, *arguments: str) -> Verdict:
    [batch] = await lab.batches_of_one(1)
    await _refuse(lab, batch, 0, name)
    await finish(lab, [batch])
    failed = await _ended(lab, batch, status)
    await _command(lab, batch, "retry", str(batch.job_ids[0]), *arguments)
    await finish(lab, [batch])
    return failed + await verdict(lab, batch)


async def _refuse(lab: Lab, batch: PreparedBatch, number: int, name: SubStepName) -> None:
    await lab.platform.misbehave(batch.restaurant_ids[number], SUB_STEPS[name].endpoint, _REFUSED_ONCE)


async def _ended(lab: Lab, batch: PreparedBatch, status: JobStatus) -> Verdict:
    """Raises unless the job has the status that the tested command requires."""
    found = [job for job in (await lab.records.restaurants([batch])).values() if job.status is not status]
    return Verdict(losses=tuple(f"{job.name} is {job.status} instead of {status}" for job in found))


async def _command(lab: Lab, batch: PreparedBatch, *arguments: str) -> None:
    await registration(lab, batch.organisation_id, *arguments, *_BY)


_CASES: dict[str, Case] = {
    "retry-failed": _retry_failed,
    "retry-partially-completed": _retry_partially_completed,
    "retry-cancelled": _retry_cancelled,
    "retry-sub-step": _retry_sub_step,
    "retry-all-failed": _retry_all,
    "threshold": _threshold,
    "resolve-it-is-there": _resolve,
    "resolve-do-it-again": _do_it_again,
}


TRIALS = tuple(Trial((f"command/{name}",), one_by_one(_CASES)) for name in _CASES)
