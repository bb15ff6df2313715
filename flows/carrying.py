"""Carrying a batch: every open restaurant has its subflow, every gate that somebody can reach is open."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from uuid import UUID

from prefect import get_run_logger, tags
from prefect.client.schemas.objects import State

from flows.company_selection import company_selection
from flows.register_restaurant import register_restaurant
from flows.yolo_config import yolo_config
from registration.models.decisions import GateName
from registration.store.snapshot import BatchView, JobView
from registration.threshold import passed
from tasks.ending import end_batch, give_up_job, stop_batch
from tasks.reporting import tags_of
from tasks.resources import Resources

_MOST_CRASHES = 3
_GATE_PAUSE_SECONDS = 5
_RESTAURANT: Callable[..., Awaitable[State[None]]] = register_restaurant
_GATES: dict[GateName, Callable[..., Awaitable[State[None]]]] = {
    GateName.COMPANY_SELECTION: company_selection,
    GateName.YOLO_CONFIG: yolo_config,
}


class Carrier:
    """Starts what is needed and restarts what is gone, until nothing is left to do."""

    def __init__(self, shared: Resources) -> None:
        self._shared = shared
        self._restaurants: dict[UUID, asyncio.Task[State[None]]] = {}
        self._gates: dict[GateName, asyncio.Task[State[None]]] = {}
        self._crashes: Counter[UUID] = Counter()
        self._not_before: defaultdict[GateName, float] = defaultdict(float)

    async def carry(self) -> None:
        """Go on until every job has ended, or the batch was stopped and all that ran has ended."""
        with tags(*tags_of(self._shared.batch)):
            while True:
                view = await self._look()
                if not self._stopped(view) and passed(view, self._shared.batch.failure_threshold):
                    await stop_batch(self._shared, view)
                    await self._shared.watch.fresh()
                    continue
                await self._reap(view)
                if not self._stopped(view):
                    self._start(view)
                if not self._running() and await end_batch(self._shared):
                    return
                await self._shared.watch.next()

    async def _look(self) -> BatchView:
        """The latest view; read anew only if something has ended: two loops that each ask for a reading never rest."""
        ended = any(task.done() for task in (*self._restaurants.values(), *self._gates.values()))
        return await self._shared.watch.fresh() if ended else self._shared.watch.view

    def _stopped(self, view: BatchView) -> bool:
        return view.stopped_reason is not None

    def _running(self) -> bool:
        return bool(self._restaurants or self._gates)

    def _start(self, view: BatchView) -> None:
        for job in view.open_jobs:
            if job.id not in self._restaurants:
                self._restaurants[job.id] = asyncio.create_task(self._restaurant(job), name=job.restaurant)
        for name, gate in _GATES.items():
            due = name not in self._gates and time.monotonic() >= self._not_before[name]
            if due and view.open_jobs and not view.stop_requested:
                self._gates[name] = asyncio.create_task(self._gate(gate), name=name)

    async def _restaurant(self, job: JobView) -> State[None]:
        batch = self._shared.batch
        return await _RESTAURANT(
            organisation_id=batch.organisation_id,
            batch_id=batch.id,
            job_id=job.id,
            restaurant=job.restaurant,
            return_state=True,
        )

    async def _gate(self, gate: Callable[..., Awaitable[State[None]]]) -> State[None]:
        batch = self._shared.batch
        return await gate(organisation_id=batch.organisation_id, batch_id=batch.id, return_state=True)

    async def _reap(self, view: BatchView) -> None:
        for name, task in list(self._gates.items()):
            if task.done():
                del self._gates[name]
                if self._complain(name, task) is not None:
                    self._not_before[name] = time.monotonic() + _GATE_PAUSE_SECONDS
        for job_id, task in list(self._restaurants.items()):
            if task.done():
                del self._restaurants[job_id]
                message = self._complain(view.jobs[job_id].restaurant, task)
                self._crashes[job_id] += message is not None
                if message is not None and self._crashes[job_id] >= _MOST_CRASHES:
                    await give_up_job(self._shared, job_id, message)

    def _complain(self, name: str, task: asyncio.Task[State[None]]) -> str | None:
        error = task.exception()
        state = None if error else task.result()
        if error is None and state is not None and not (state.is_failed() or state.is_crashed()):
            return None
        message = str(error) if error else str(state.message if state else None)
        get_run_logger().error("%s ended unexpectedly and is started again: %s", name, message)
        return message
