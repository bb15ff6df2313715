"""Step 6: the twelve sub-steps of one restaurant, wired as the table says."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from prefect.exceptions import FailedRun
from prefect.states import aget_state_exception

from flows.task_runner import EventLoopFuture, submit_after
from registration.effects.set_up_queries import SetUpSnapshot
from registration.errors import ProgrammerError
from registration.workflow.readiness import due
from registration.workflow.snapshot import JobView
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.context import JobRef, resources
from tasks.set_up.sub_steps import TASKS


async def set_up_account(job: JobRef) -> None:
    """Run what has not ended, each sub-step once what it needs has ended; returns when none can go on by itself.

    What a person opens again meanwhile, or settles, is run at once, while the others go on.
    """
    context = resources(job)
    row = await context.set_ups.of(job.job_id)
    twelve = _Twelve(job, row)
    names = [name for name in SUB_STEPS if not row.statuses[name].ended and name not in row.needs_person]
    while names or twelve.running:
        twelve.submit(names)
        await twelve.rest()
        names = twelve.opened((await context.watch.fresh()).jobs[job.job_id])
    twelve.raise_crashes()


@dataclass
class _Twelve:
    """The sub-steps that were submitted; `gone` were stopped or crashed, and would be again."""

    job: JobRef
    row: SetUpSnapshot
    futures: dict[SubStepName, EventLoopFuture] = field(default_factory=dict[SubStepName, EventLoopFuture])
    gone: set[SubStepName] = field(default_factory=set[SubStepName])

    @property
    def running(self) -> set[SubStepName]:
        return {name for name, future in self.futures.items() if not future.work.done()}

    def submit(self, names: Iterable[SubStepName]) -> None:
        for name in names:
            needs = [self.futures[need] for need in SUB_STEPS[name].needs if need in self.futures]
            self.futures[name] = submit_after(TASKS[name], self.job, needs)

    def opened(self, job: JobView) -> list[SubStepName]:
        """Those that may run and do not."""
        return [name for name in due(job, self.row.config.steps_enabled) if name not in self.running | self.gone]

    async def rest(self) -> None:
        """Wait until all have ended, or one that had ended may run again."""
        waits = (
            asyncio.create_task(asyncio.wait([future.work for future in self.futures.values()])),
            asyncio.create_task(resources(self.job).watch.until(lambda view: self.opened(view.jobs[self.job.job_id]))),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self.gone = {name for name, future in self.futures.items() if await _is_gone(future)}

    def raise_crashes(self) -> None:
        """Raises what the engine crashed with, and ProgrammerError for a task that raised what it should not."""
        for name in self.gone:
            state = self.futures[name].work.result()
            if state.is_failed():
                raise ProgrammerError(f"{name} ended unexpectedly: {state.message or state.name}")


async def _is_gone(future: EventLoopFuture) -> bool:
    """Whether its task ended otherwise than by its own word."""
    if not future.work.done():
        return False
    if future.work.cancelled() or future.work.exception() is not None:
        return True
    state = future.state
    return state.is_cancelled() or (state.is_failed() and not isinstance(await aget_state_exception(state), FailedRun))
