"""The supervision of a batch: every open restaurant has its subflow, every gate that a restaurant can still reach is
open.
"""

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
from flows.batch.handover import hand_over, wait_for_people
from flows.company_selection import company_selection
from flows.gate.recover_answers import recover_late_answers
from flows.item_tags import item_tags
from flows.register_restaurant import register_restaurant
from flows.task_runner import submit
from flows.yolo_config import yolo_config
from registration.batches.progress import exceeds_failure_threshold
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import GATE_STEPS, GateName
from tasks.batch_lifecycle import IdleTimer, end_batch, give_up_job, halt_batch, has_work_left
from tasks.batch_runs import run_tags
from tasks.context import JobRef, Resources
from tasks.job_progress import cancel_open_work
from tasks.set_up.reconcile_in_flight import reconcile_in_flight

_MOST_CRASHES = 3
_RESTART_SECONDS = 5
_RESTAURANT: Callable[..., Awaitable[State[None]]] = register_restaurant
_GATES: dict[GateName, Callable[..., Awaitable[State[None]]]] = {
    GateName.COMPANY_SELECTION: company_selection,
    GateName.YOLO_CONFIG: yolo_config,
    GateName.ITEM_TAGS: item_tags,
}
Work = asyncio.Task[State[Any]]


class RunOutcome(Enum):
    """How the supervision ended: with no work left, to wait for people, or handed over to another run."""

    DONE = auto()
    WAITING_FOR_PEOPLE = auto()
    HANDED_OVER = auto()


class BatchSupervisor:
    """Starts the subflows that are needed and restarts those that crashed, until no work is left."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._restaurants: dict[UUID, Work] = {}
        self._gates: dict[GateName, Work] = {}
        self._crashes: Counter[UUID] = Counter()
        self._idle_timer = IdleTimer(context)
        self._not_before: defaultdict[UUID | GateName, float] = defaultdict(float)

    async def run(self) -> RunOutcome:
        """Go on until every job has ended, or the batch was cancelled or halted and all running work has ended.

        Ends earlier if only people can go on and nothing has changed for long, or if the batch's run is not to go on.
        """
        await self._context.watch.fresh()  # the takeover may just have recorded answers
        batch = self._context.batch
        with tags(*run_tags(batch.organisation_id, batch.id)):
            while True:
                view = await self._latest_view()
                running = self._running()
                if self._context.own_run.given_up:
                    self._cancel_reconciliations(view)
                    await hand_over(self._context, running)
                    return RunOutcome.HANDED_OVER
                if (
                    running
                    and await self._idle_timer.ends(view)
                    and await wait_for_people(self._context, running, view)
                ):
                    await self._reap(view)
                    return RunOutcome.WAITING_FOR_PEOPLE
                if view.halted_reason is None and exceeds_failure_threshold(
                    view, self._context.batch.failure_threshold
                ):
                    await halt_batch(self._context)
                    await self._context.watch.fresh()
                    continue
                await self._reap(view)
                self._start(view)
                if not self._running() and await self._end():
                    return RunOutcome.DONE
                await self._context.watch.next()

    async def _latest_view(self) -> BatchView:
        """The latest view, read anew only if a task has ended: two tasks that each force a reading would keep waking
        each other.
        """
        ended = any(task.done() for task in self._running())
        return await self._context.watch.fresh() if ended else self._context.watch.view

    async def _end(self) -> bool:
        """End the batch if no work is left; False otherwise. Late answers are recorded first, because no process reads
        them later.
        """
        if has_work_left(self._context.watch.view):
            return False
        await recover_late_answers(self._context, gates_ended=True)
        return await end_batch(self._context)

    def _running(self) -> list[Work]:
        return [*self._restaurants.values(), *self._gates.values()]

    def _cancel_reconciliations(self, view: BatchView) -> None:
        """Cancel the reconciliation of ended jobs, which a hand-over does not wait for."""
        for job_id, task in self._restaurants.items():
            if view.jobs[job_id].status.ended:
                task.cancel()

    def _start(self, view: BatchView) -> None:
        for job in view.jobs.values():
            work = self._work_for(job, view)
            if work is not None and job.id not in self._restaurants and self._is_due(job.id):
                self._restaurants[job.id] = asyncio.create_task(work(job), name=job.restaurant)
                self._context.working.add(job.id)
        for name, gate in _GATES.items():
            if name not in self._gates and self._is_due(name) and self._gate_is_needed(view, name):
                self._gates[name] = asyncio.create_task(self._gate(gate), name=name)

    def _gate_is_needed(self, view: BatchView, gate: GateName) -> bool:
        """True if a restaurant waits at the gate or can still reach it; the question about item tags is rare, so its
        gate opens with the first restaurant that waits.
        """
        if view.winding_down:
            return False
        if gate is GateName.ITEM_TAGS:
            return any(job.asked_about_tags for job in view.open_jobs)
        return any(not job.steps[GATE_STEPS[gate]].status.ended for job in view.open_jobs)

    def _is_due(self, key: UUID | GateName) -> bool:
        return time.monotonic() >= self._not_before[key]

    def _work_for(self, job: JobView, view: BatchView) -> Callable[[JobView], Any] | None:
        """What to run for a job: its subflow, the cancellation of a cancelled job, or the reconciliation of its
        effects.
        """
        if view.needs_reconciliation(job):
            return self._reconcile
        if job.status.ended:
            return None
        if view.is_cancelled(job.id):
            return self._cancel
        return self._restaurant if view.halted_reason is None else None

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
        await cancel_open_work(self._ref(job))
        return await self._reconcile(job)

    async def _reconcile(self, job: JobView) -> State[Any]:
        return await submit(reconcile_in_flight, self._ref(job))

    def _ref(self, job: JobView) -> JobRef:
        return JobRef(self._context.organisation_id, self._context.batch.id, job.id, job.restaurant)

    async def _gate(self, gate: Callable[..., Awaitable[State[None]]]) -> State[None]:
        batch = self._context.batch
        return await gate(organisation_id=batch.organisation_id, batch_id=batch.id, return_state=True)

    async def _reap(self, view: BatchView) -> None:
        for name, task in list(self._gates.items()):
            if task.done():
                del self._gates[name]
                await self._handle_crash(name, name, task, self._context.gates.get(name))
        for job_id, task in list(self._restaurants.items()):
            if task.done():
                del self._restaurants[job_id]
                self._context.working.discard(job_id)
                run_id = self._context.runs.get(job_id)
                crash = await self._handle_crash(job_id, view.jobs[job_id].restaurant, task, run_id)
                self._crashes[job_id] += crash is not None and not crash.transient
                if crash is not None and self._crashes[job_id] >= _MOST_CRASHES and not crash.transient:
                    await give_up_job(self._context, job_id, crash.message)

    async def _handle_crash(self, key: UUID | GateName, name: str, task: Work, run_id: UUID | None) -> Crash | None:
        """The crash that ended the task, if any; the task is due again a few seconds later.

        If Prefect's engine ended the task because the batch's run is suspended, this process is to end too.
        """
        if was_suspended(task, run_id) and not self._context.watch.view.releasing:
            self._context.own_run.give_up(None)
        crash = await crash_of(task)
        if crash is not None:
            self._not_before[key] = time.monotonic() + _RESTART_SECONDS
            get_run_logger().error("%s ended unexpectedly and is started again: %s", name, crash.message)
        return crash
