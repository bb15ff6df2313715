"""The state of a batch, read once a second per process; all waiting for changes of the batch happens here."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from registration.database.session import Database
from registration.errors import BatchReleased, CancelRequested, DatabaseUnavailable
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

Found = TypeVar("Found")

_REST_SECONDS, _REST_READINGS = 0.05, 4
"""Least time between two readings of this process, in seconds and in durations of the last reading, however many are
requested: fifty restaurants write concurrently, and the more the machine has to do, the longer a reading takes.
"""

_log = logging.getLogger(__name__)


class BatchWatch:
    """The latest view of one batch; `run` keeps it fresh, `until` waits for a condition, `poke` requests a reading at
    once.
    """

    def __init__(self, database: Database, organisation_id: UUID, batch_id: UUID, interval: float = 1.0) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._batch_id = batch_id
        self._interval = interval
        self._poked = asyncio.Event()
        self._changed = asyncio.Condition()
        self._view: BatchView | None = None
        self._releasing = False
        self._started = 0
        self._finished = 0

    @property
    def view(self) -> BatchView:
        """The latest view; `refresh` must have succeeded once."""
        if self._view is None:
            raise RuntimeError("the batch was not read yet: await refresh() first")
        return self._view

    def poke(self) -> None:
        """Request a reading at once, because this process has just written something."""
        self._poked.set()

    async def set_releasing(self, *, releasing: bool) -> None:
        """Announce to all tasks of this process that it gives the batch back, or that it keeps the batch after all."""
        self._releasing = releasing
        await self.fresh()

    async def refresh(self) -> BatchView:
        """Read now, and wake all waiting tasks."""
        self._started += 1
        reading = self._started
        async with self._database.transaction(self._organisation_id, read_only=True) as transaction:
            view = await read_snapshot(transaction, self._batch_id)
        self._view = view = replace(view, releasing=self._releasing)
        self._finished = max(reading, self._finished)
        async with self._changed:
            self._changed.notify_all()
        return view

    async def fresh(self) -> BatchView:
        """A view that was read after this call; concurrent calls share one reading."""
        reading = self._started + 1
        self.poke()
        async with self._changed:
            await self._changed.wait_for(lambda: self._finished >= reading)
        return self.view

    async def next(self) -> BatchView:
        """The view after the next reading."""
        seen = self._finished
        async with self._changed:
            await self._changed.wait_for(lambda: self._finished > seen)
        return self.view

    async def next_second(self) -> BatchView:
        """The view after at least one interval, for readers that need not follow every change."""
        await asyncio.sleep(self._interval)
        return await self.next()

    async def run(self) -> None:
        """Keep the view fresh until cancelled; while the database is away, try again."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._poked.wait()
            self._poked.clear()
            begun = time.monotonic()
            try:
                await self.refresh()
            except DatabaseUnavailable as error:
                _log.warning("The batch cannot be read, trying again: %s", error)
            took = time.monotonic() - begun
            await asyncio.sleep(min(max(_REST_SECONDS, _REST_READINGS * took), self._interval))

    async def until(self, condition: Callable[[BatchView], Found | None]) -> Found:
        """Wait until `condition` of the view is neither None nor False, and return it."""
        async with self._changed:
            while not (found := condition(self.view)):
                await self._changed.wait()
            return found

    async def pause(self, seconds: float, job_id: UUID) -> None:
        """Wait `seconds`; raises CancelRequested once the job is cancelled, BatchReleased once this process gives the
        batch back.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.until(lambda view: view.is_cancelled(job_id) or view.releasing)
                self.check(job_id)

    async def unless_stopped(self, waiting: Coroutine[Any, Any, Found], job_id: UUID) -> Found:
        """The result of `waiting`, which is cancelled as soon as the job must not go on; raises the errors
        of `check`.
        """
        work = asyncio.create_task(waiting)
        stopped = asyncio.create_task(self.until(lambda view: view.is_cancelled(job_id) or view.releasing))
        try:
            await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self.check(job_id)
            return await work
        finally:
            for task in (work, stopped):
                task.cancel()
            await asyncio.gather(work, stopped, return_exceptions=True)

    def check(self, job_id: UUID) -> None:
        """Raises CancelRequested if the job is cancelled, BatchReleased if this process gives the batch back."""
        if self.view.is_cancelled(job_id):
            raise CancelRequested("cancelled")
        if self.view.releasing:
            raise BatchReleased("another run goes on with the batch")
