"""Several Prefect API servers and several workers: one of them dies, the services do, or Redis is away.

The batches run on the workers of the stack, with the lease and the recovery of an installation: after the harm, only
the stack starts runs. The stack needs the system's packages redis-server and haproxy.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import LiteralString
from uuid import uuid4

from dev.chaos.finish import verdict
from dev.chaos.lab import SEVERAL, SPACING_SECONDS, Lab
from dev.chaos.trial import Case, Trial, one_by_one
from dev.chaos.verdicts import Verdict
from dev.chaos.workers import busiest_worker, finished_by_workers, run_on_workers, runs_of, taken_over
from dev.stack.fixtures import PreparedBatch
from dev.stack.sandbox_control import AT_ONCE, Latencies

_ORGANISATIONS, _BATCHES_EACH, _RESTAURANTS = 4, 2, 10
_LATENCIES = Latencies("realistic", speed=30.0)
"""The platform refuses no account: the distance of two requests is judged by when each was marked as sent."""
_LIMIT = 600.0
_AWAY_SECONDS = 10.0
_TAKEN_OVER_SECONDS = 130.0
"""A lease of 60 s, a recovery every 60 s, and the start of a process."""
_BEGUN: LiteralString = """
    select count(*) as sub_steps from registration_sub_steps u join registration_jobs j on j.id = u.job_id
    where j.batch_job_id = %(batch)s and u.status = 'completed'
"""
_ACCOUNTS: LiteralString = """
    select organisation_id as organisation,
        extract(epoch from sent_at - lag(sent_at) over (partition by organisation_id order by sent_at))::float as apart
    from registration_sub_steps
    where organisation_id = any(%(organisations)s) and name = 'cloudwaitressAccount' and sent_at is not null
"""


async def _endured(
    lab: Lab, harm: Callable[[Lab], Awaitable[None]], repair: Callable[[Lab], Awaitable[None]]
) -> Verdict:
    """Something dies in the middle of eight batches: their runs go on, or recovery takes them over."""
    batches = await _begun(lab)
    try:
        await harm(lab)
        await finished_by_workers(lab, batches, _LIMIT)
    finally:
        await repair(lab)
        await lab.platform.behave(AT_ONCE)
    return await _judged(lab, batches)


async def _kill_api(lab: Lab) -> None:
    lab.servers.programs["prefect-server-1"].kill()


async def _start_api(lab: Lab) -> None:
    await lab.servers.programs["prefect-server-1"].start_again()


async def _away(lab: Lab, name: str) -> None:
    lab.servers.programs[name].kill()
    await asyncio.sleep(_AWAY_SECONDS)
    await lab.servers.programs[name].start_again()


async def _nothing(_: Lab) -> None:
    return


async def _worker_killed(lab: Lab) -> Verdict:
    """The worker with the most batches is killed with their processes; the other three take its batches over."""
    batches = await _begun(lab)
    running, worker = await runs_of(lab, batches), busiest_worker(lab)
    lost = [batch for batch in batches if batch.batch_id in {running.get(run) for run in worker.run_ids}]
    try:
        lab.servers.programs[worker.name].kill()
        seconds = await taken_over(lab, lost, worker.run_ids, _LIMIT)
        await finished_by_workers(lab, batches, _LIMIT)
    finally:
        await lab.servers.programs[worker.name].start_again()
        await lab.platform.behave(AT_ONCE)
    print(f"        {len(lost)} of {len(batches)} batches lost their process, and went on after {seconds:.0f} s")
    found = await _judged(lab, batches)
    if not lost:
        found += Verdict(stuck=("the killed worker ran no batch: nothing was tried",))
    if seconds > _TAKEN_OVER_SECONDS:
        found += Verdict(stuck=(f"the batches went on after {seconds:.0f} s, later than {_TAKEN_OVER_SECONDS:g} s",))
    return found


async def _begun(lab: Lab) -> list[PreparedBatch]:
    """Eight batches of four organisations in step 6, on the workers. Raises TimeoutError."""
    organisations = [uuid4() for _ in range(_ORGANISATIONS)]
    parts = [lab.rows[number * _RESTAURANTS : (number + 1) * _RESTAURANTS] for number in range(_BATCHES_EACH)]
    batches = [await lab.batch(rows, organisation_id=each) for rows in parts for each in organisations]
    await lab.platform.behave(_LATENCIES)
    await run_on_workers(lab, batches, _LIMIT)
    async with asyncio.timeout(_LIMIT):
        for batch in batches:
            while not (await lab.records.query(_BEGUN, batch=batch.batch_id))[0]["sub_steps"]:
                await asyncio.sleep(0.2)
    return batches


async def _judged(lab: Lab, batches: Sequence[PreparedBatch]) -> Verdict:
    """The findings of all batches, and two accounts of an organisation that were requested too close to each other."""
    found = Verdict.together([await verdict(lab, batch) for batch in batches])
    rows = await lab.records.query(_ACCOUNTS, organisations=list({batch.organisation_id for batch in batches}))
    close = [row["apart"] for row in rows if row["apart"] is not None and row["apart"] < SPACING_SECONDS]
    return found + Verdict(duplicates=tuple(f"two accounts were requested {apart:.2f} s apart" for apart in close))


_CASES: dict[str, Case] = {
    "worker-killed": _worker_killed,
    "api-server-killed": partial(_endured, harm=_kill_api, repair=_start_api),
    "services-killed": partial(_endured, harm=partial(_away, name="prefect-services"), repair=_nothing),
    "redis-10s": partial(_endured, harm=partial(_away, name="redis"), repair=_nothing),
}
TRIALS = tuple(Trial((f"scale/{name}",), one_by_one(_CASES), alone=True, stack=SEVERAL) for name in _CASES)
