"""The bare graph: step 6 without its work. Wiring, runner, subflows and retries are real; the tasks only sleep."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from prefect import Task, flow, tags, task

from flows.task_runner import EventLoopFuture, EventLoopTaskRunner, submit_after
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.step_runner import SUB_STEP_DELAYS, delays, only_transient


@dataclass(frozen=True)
class BareJob:
    """The parameters of a real task, and the seconds to sleep."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID
    restaurant: str
    seconds: float


_moments: list[float] = []


def _bare_task(name: SubStepName) -> Task[[BareJob], Any]:
    @task(
        name=name,
        task_run_name="{job.restaurant} · " + name,
        retries=len(SUB_STEP_DELAYS),
        retry_delay_seconds=delays(SUB_STEP_DELAYS),
        retry_condition_fn=only_transient,
        persist_result=False,
    )
    async def sleep(job: BareJob) -> None:
        _moments.append(time.monotonic())
        await asyncio.sleep(job.seconds)
        _moments.append(time.monotonic())

    return sleep


_TASKS = {name: _bare_task(name) for name in SUB_STEPS}


@flow(
    name="bare-restaurant",
    flow_run_name="{restaurant}",
    task_runner=EventLoopTaskRunner(),
    retries=0,
    persist_result=False,
)
async def bare_restaurant(organisation_id: UUID, batch_id: UUID, job_id: UUID, restaurant: str, seconds: float) -> None:
    """Twelve sleeps, wired as in the sub-step table."""
    job = BareJob(organisation_id, batch_id, job_id, restaurant, seconds)
    futures: dict[SubStepName, EventLoopFuture] = {}
    for row in SUB_STEPS.values():
        futures[row.name] = submit_after(_TASKS[row.name], job, [futures[need] for need in row.needs])
    await asyncio.gather(*(future.work for future in futures.values()))


@flow(name="bare-graph", task_runner=EventLoopTaskRunner(), retries=0, persist_result=False)
async def bare_graph(restaurants: int, seconds: float) -> float:
    """Run all restaurants concurrently; the seconds from the first task's start to the last task's end."""
    organisation_id, batch_id = uuid4(), uuid4()
    with tags(str(organisation_id), str(batch_id)):
        together = (
            bare_restaurant(organisation_id, batch_id, uuid4(), f"Restaurant {number}", seconds)
            for number in range(1, restaurants + 1)
        )
        await asyncio.gather(*together)
    return max(_moments) - min(_moments)
