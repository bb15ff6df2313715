"""What others write for a batch, read once a second per process; whoever waits for something waits here."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from registration.database.session import Database
from registration.errors import BatchLeft, DatabaseUnavailable, StopRequested
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot

Found = TypeVar("Found")

_REST_SECONDS = 0.05
"""Between two readings of this process, however often it is poked: fifty restaurants write at the same time."""

_log = logging.getLogger(__name__)


class BatchWatch:
    """The latest view of one batch; `run` keeps it fresh, `until` waits on it, `poke` refreshes it at once."""

    def __init__(self, database: Database, organisation_id: UUID, batch_id: UUID, interval: float = 1.0) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._batch_id = batch_id
        self._interval = interval
        self._poked = asyncio.Event()
        self._changed = asyncio.Condition()
        self._view: BatchView | None = None
        self._leaving = False
        self._started = 0
        self._finished = 0

    @property
    def view(self) -> BatchView:
        """The latest view; `refresh` must have succeeded once."""
        if self._view is None:
            raise RuntimeError("the batch was not read yet: await refresh() first")
        return self._view

    def poke(self) -> None:
        """Read again at once: this process has just written something."""
        self._poked.set()

    async def leave(self, *, leaving: bool) -> None:
        """Tell everybody who waits here that this process leaves the batch, or that it stays after all."""
        self._leaving = leaving
        await self.fresh()

    async def refresh(self) -> BatchView:
        """Read now, and wake everybody who waits."""
        self._started += 1
        reading = self._started
        async with self._database.transaction(self._organisation_id, read_only=True) as connection:
            view = await read_snapshot(connection, self._organisation_id, self._batch_id)
        self._view = view = replace(view, leaving=self._leaving)
        self._finished = max(reading, self._finished)
        async with self._changed:
            self._changed.notify_all()
        return view

    async def fresh(self) -> BatchView:
        """A view that was read after this call; calls that come together share one reading."""
        wanted = self._started + 1
        self.poke()
        async with self._changed:
            await self._changed.wait_for(lambda: self._finished >= wanted)
        return self.view

    async def next(self) -> BatchView:
        """The view after the next reading."""
        seen = self._finished
        async with self._changed:
            await self._changed.wait_for(lambda: self._finished > seen)
        return self.view

    async def next_second(self) -> BatchView:
        """The view after at least one interval: for what need not follow every change."""
        await asyncio.sleep(self._interval)
        return await self.next()

    async def run(self) -> None:
        """Keep the view fresh until cancelled; a database that is away is waited for."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._poked.wait()
            self._poked.clear()
            try:
                await self.refresh()
            except DatabaseUnavailable as error:
                _log.warning("The batch cannot be read, trying again: %s", error)
            await asyncio.sleep(_REST_SECONDS)

    async def until(self, condition: Callable[[BatchView], Found | None]) -> Found:
        """Wait until `condition` of the view is neither None nor False, and return it."""
        async with self._changed:
            while not (found := condition(self.view)):
                await self._changed.wait()
            return found

    async def pause(self, seconds: float, job_id: UUID) -> None:
        """Wait `seconds`; raises StopRequested once the job must stop, BatchLeft once this process leaves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.until(lambda view: view.stops(job_id) or view.leaving)
                self.check(job_id)

    async def unless_stopped(self, waiting: Coroutine[Any, Any, Found], job_id: UUID) -> Found:
        """What `waiting` returns; it is cancelled as soon as the job must not go on, and raises what `check` does."""
        waited = asyncio.create_task(waiting)
        stopped = asyncio.create_task(self.until(lambda view: view.stops(job_id) or view.leaving))
        try:
            await asyncio.wait((waited, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not waited.done():
                self.check(job_id)
            return await waited
        finally:
            for task in (waited, stopped):
                task.cancel()
            await asyncio.gather(waited, stopped, return_exceptions=True)

    def check(self, job_id: UUID) -> None:
        """Raises StopRequested if the job was told to stop, BatchLeft if this process leaves the batch."""
        if self.view.stops(job_id):
            raise StopRequested("told to stop")
        if self.view.leaving:
            raise BatchLeft("another run goes on with the batch")
