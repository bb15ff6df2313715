"""Step 6: the twelve sub-steps of one restaurant, connected as the table says."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from prefect.exceptions import FailedRun
from prefect.states import aget_state_exception

from flows.task_runner import EventLoopFuture, submit_after
from registration.effects.set_up_queries import SetUpSnapshot
from registration.errors import ProgrammerError
from registration.workflow.readiness import startable
from registration.workflow.snapshot import JobView
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from tasks.context import JobRef, resources
from tasks.set_up.sub_steps import TASKS


async def set_up_account(job: JobRef) -> None:
    """Run each open sub-step once the sub-steps that it needs have ended; returns when none can go on by itself.

    A sub-step that a person reopens or resolves meanwhile starts at once, while the others go on.
    """
    context = resources(job)
    row = await context.set_ups.of(job.job_id)
    sub_steps = _SubStepRuns(job, row)
    names = [name for name in SUB_STEPS if not row.statuses[name].ended and name not in row.needs_person]
    while names or sub_steps.running:
        sub_steps.submit(names)
        await sub_steps.wait()
        names = sub_steps.startable((await context.watch.fresh()).jobs[job.job_id])
    sub_steps.raise_crashes()


@dataclass
class _SubStepRuns:
    """The submitted sub-steps; `stopped_or_crashed` are not submitted again, because they would end that way again."""

    job: JobRef
    row: SetUpSnapshot
    futures: dict[SubStepName, EventLoopFuture] = field(default_factory=dict[SubStepName, EventLoopFuture])
    stopped_or_crashed: set[SubStepName] = field(default_factory=set[SubStepName])

    @property
    def running(self) -> set[SubStepName]:
        return {name for name, future in self.futures.items() if not future.work.done()}

    def submit(self, names: Iterable[SubStepName]) -> None:
        for name in names:
            needs = [self.futures[need] for need in SUB_STEPS[name].needs if need in self.futures]
            self.futures[name] = submit_after(TASKS[name], self.job, needs)

    def startable(self, job: JobView) -> list[SubStepName]:
        """The sub-steps that can start and are not running."""
        return [
            name
            for name in startable(job, self.row.config.steps_enabled)
            if name not in self.running | self.stopped_or_crashed
        ]

    async def wait(self) -> None:
        """Wait until all have ended, or an ended one can run again."""
        waits = (
            asyncio.create_task(asyncio.wait([future.work for future in self.futures.values()])),
            asyncio.create_task(
                resources(self.job).watch.until(lambda view: self.startable(view.jobs[self.job.job_id]))
            ),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self.stopped_or_crashed = {name for name, future in self.futures.items() if await _stopped_or_crashed(future)}

    def raise_crashes(self) -> None:
        """Raises the error with which the engine crashed, or ProgrammerError for a task that raised an unexpected
        error.
        """
        for name in self.stopped_or_crashed:
            state = self.futures[name].work.result()
            if state.is_failed():
                raise ProgrammerError(f"{name} ended unexpectedly: {state.message or state.name}")


async def _stopped_or_crashed(future: EventLoopFuture) -> bool:
    """True if the task of the sub-step was stopped, or ended with an unexpected error."""
    if not future.work.done():
        return False
    if future.work.cancelled() or future.work.exception() is not None:
        return True
    state = future.state
    return state.is_cancelled() or (state.is_failed() and not isinstance(await aget_state_exception(state), FailedRun))
