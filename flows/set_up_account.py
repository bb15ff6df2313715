"""Step 6: the twelve sub-steps of one restaurant, wired as the table says."""

import asyncio

from flows.event_loop_runner import EventLoopFuture, submit_after
from registration.sub_steps import SUB_STEPS, SubStepName
from tasks.resources import JobRef, resources
from tasks.setup import TASKS


async def set_up_account(job: JobRef) -> None:
    """Run what has not ended, each sub-step once what it needs has ended; returns when none can go on by itself."""
    shared = resources(job)
    row = await shared.set_ups.of(job.job_id)
    futures: dict[SubStepName, EventLoopFuture] = {}
    for sub_step in SUB_STEPS.values():
        if row.statuses[sub_step.name].ended or sub_step.name in row.needs_person:
            continue
        needs = [futures[need] for need in sub_step.needs if need in futures]
        futures[sub_step.name] = submit_after(TASKS[sub_step.name], job, needs)
    await asyncio.gather(*(future.work for future in futures.values()))
