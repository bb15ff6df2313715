"""Step 6: the twelve sub-steps of one restaurant, wired as the table says."""

import asyncio

from flows.event_loop_runner import EventLoopFuture, submit_after
from registration.store.jobs import read_set_up
from registration.sub_steps import SUB_STEPS, SubStepName
from tasks.resources import JobRef, resources
from tasks.setup import TASKS
from tasks.steps import read


async def set_up_account(job: JobRef) -> None:
    """Run what has not ended, each sub-step once what it needs has ended; returns when none can go on by itself."""
    shared = resources(job)
    row = await read(shared, lambda connection: read_set_up(connection, job.organisation_id, job.job_id))
    futures: dict[SubStepName, EventLoopFuture] = {}
    for sub_step in SUB_STEPS.values():
        if row.statuses[sub_step.name].ended or sub_step.name in row.needs_person:
            continue
        needs = [futures[need] for need in sub_step.needs if need in futures]
        futures[sub_step.name] = submit_after(TASKS[sub_step.name], job, needs)
    await asyncio.gather(*(future.work for future in futures.values()))
