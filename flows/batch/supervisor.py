"""Carrying a batch: every open restaurant has its subflow, every gate that somebody can reach is open."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any
from uuid import UUID

from prefect import get_run_logger, tags
from prefect.client.schemas.objects import State

from flows.batch.crashes import Crash, crash_of, was_suspended
from flows.batch.handover import hand_over, leave
from flows.company_selection import company_selection
from flows.gate.recover_answers import harvest_late
from flows.register_restaurant import register_restaurant
from flows.task_runner import submit
from flows.yolo_config import yolo_config
from registration.batches.progress import passed
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import GATE_STEPS, GateName
from tasks.batch_lifecycle import IdleTimer, end_batch, give_up_job, something_left, stop_batch
from tasks.batch_runs import tags_of
from tasks.context import JobRef, Resources
from tasks.job_progress import leave_cancelled
from tasks.set_up.settle_sent import settle_sent

_MOST_CRASHES = 3
_PAUSE_SECONDS = 5
_RESTAURANT: Callable[..., Awaitable[State[None]]] = register_restaurant
_GATES: dict[GateName, Callable[..., Awaitable[State[None]]]] = {
    GateName.COMPANY_SELECTION: company_selection,
    GateName.YOLO_CONFIG: yolo_config,
}
Work = asyncio.Task[State[Any]]


class Carried(Enum):
    """How carrying ended: with nothing left to do, left to the people who are asked, or given up for another run."""

    DONE = auto()
    LEFT = auto()
    HANDED_OVER = auto()


class BatchSupervisor:
    """Starts what is needed and restarts what is gone, until nothing is left to do."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._restaurants: dict[UUID, Work] = {}
        self._gates: dict[GateName, Work] = {}
        self._crashes: Counter[UUID] = Counter()
        self._patience = IdleTimer(context)
        self._not_before: defaultdict[UUID | GateName, float] = defaultdict(float)

    async def carry(self) -> Carried:
        """Go on until every job has ended, or the batch was stopped and all that ran has ended.

        It is left before if only people can go on and nothing has happened for long, and handed over if the batch's run
        is not to go on.
        """
        await self._context.watch.fresh()  # taking over may just have recorded answers
        with tags(*tags_of(self._context.batch)):
            while True:
                view = await self._look()
                running = self._running()
                if self._context.own_run.given_up:
                    self._end_looking(view)
                    await hand_over(self._context, running)
                    return Carried.HANDED_OVER
                if running and await self._patience.ends(view) and await leave(self._context, running, view):
                    await self._reap(view)
                    return Carried.LEFT
                if view.stopped_reason is None and passed(view, self._context.batch.failure_threshold):
                    await stop_batch(self._context)
                    await self._context.watch.fresh()
                    continue
                await self._reap(view)
                self._start(view)
                if not self._running() and await self._end():
                    return Carried.DONE
                await self._context.watch.next()

    async def _look(self) -> BatchView:
        """The latest view; read anew only if something has ended: two loops that each ask for a reading never rest."""
        ended = any(task.done() for task in self._running())
        return await self._context.watch.fresh() if ended else self._context.watch.view

    async def _end(self) -> bool:
        """End the batch if nothing is left to do. Late answers are read before, because nobody reads them later."""
        if something_left(self._context.watch.view):
            return False
        await harvest_late(self._context, gates_ended=True)
        return await end_batch(self._context)

    def _running(self) -> list[Work]:
        return [*self._restaurants.values(), *self._gates.values()]

    def _end_looking(self, view: BatchView) -> None:
        """Cancel what only looks for outcomes of jobs that have ended: handing over does not wait for that."""
        for job_id, task in self._restaurants.items():
            if view.jobs[job_id].status.ended:
                task.cancel()

    def _start(self, view: BatchView) -> None:
        for job in view.jobs.values():
            work = self._work_for(job, view)
            if work is not None and job.id not in self._restaurants and self._due(job.id):
                self._restaurants[job.id] = asyncio.create_task(work(job), name=job.restaurant)
                self._context.working.add(job.id)
        for name, gate in _GATES.items():
            if name not in self._gates and self._due(name) and self._somebody_comes(view, name):
                self._gates[name] = asyncio.create_task(self._gate(gate), name=name)

    def _somebody_comes(self, view: BatchView, gate: GateName) -> bool:
        """Whether a restaurant waits at the gate or is on the way to it."""
        return not view.stopped and any(not job.steps[GATE_STEPS[gate]].status.ended for job in view.open_jobs)

    def _due(self, what: UUID | GateName) -> bool:
        return time.monotonic() >= self._not_before[what]

    def _work_for(self, job: JobView, view: BatchView) -> Callable[[JobView], Any] | None:
        """What to run for a job: its subflow, its cancellation, or the settling of effects if it does not go on."""
        if view.to_settle(job):
            return self._settle
        if job.status.ended:
            return None
        if view.stops(job.id):
            return self._cancel
        return self._restaurant if view.stopped_reason is None else None

    async def _restaurant(self, job: JobView) -> State[None]:
        batch = self._context.batch
        return await _RESTAURANT(
            organisation_id=batch.organisation_id,
            batch_id=batch.id,
            job_id=job.id,
            restaurant=job.restaurant,
            return_state=True,
        )

    async def _cancel(self, job: JobView) -> State[Any]:
        await leave_cancelled(self._ref(job))
        return await self._settle(job)

    async def _settle(self, job: JobView) -> State[Any]:
        return await submit(settle_sent, self._ref(job))

    def _ref(self, job: JobView) -> JobRef:
        return JobRef(self._context.organisation_id, self._context.batch.id, job.id, job.restaurant)

    async def _gate(self, gate: Callable[..., Awaitable[State[None]]]) -> State[None]:
        batch = self._context.batch
        return await gate(organisation_id=batch.organisation_id, batch_id=batch.id, return_state=True)

    async def _reap(self, view: BatchView) -> None:
        for name, task in list(self._gates.items()):
            if task.done():
                del self._gates[name]
                await self._crash(name, name, task, self._context.gates.get(GATE_STEPS[name]))
        for job_id, task in list(self._restaurants.items()):
            if task.done():
                del self._restaurants[job_id]
                self._context.working.discard(job_id)
                run_id = self._context.runs.get(job_id)
                crash = await self._crash(job_id, view.jobs[job_id].restaurant, task, run_id)
                self._crashes[job_id] += crash is not None and not crash.passes
                if crash is not None and self._crashes[job_id] >= _MOST_CRASHES and not crash.passes:
                    await give_up_job(self._context, job_id, crash.message)

    async def _crash(self, what: UUID | GateName, name: str, task: Work, run_id: UUID | None) -> Crash | None:
        """What it ended unexpectedly with; it is started again a little later.

        If Prefect's engine ended it because the batch's run is suspended, this process is to end too.
        """
        if was_suspended(task, run_id) and not self._context.watch.view.leaving:
            self._context.own_run.give_up(None)
        crash = await crash_of(task)
        if crash is not None:
            self._not_before[what] = time.monotonic() + _PAUSE_SECONDS
            get_run_logger().error("%s ended unexpectedly and is started again: %s", name, crash.message)
        return crash
