"""Leaving a batch in which only people can go on: waiting holds no process, and an answer starts the batch again."""

import time
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.models.snapshot import BatchView
from registration.open_questions import all_asked
from registration.progress import only_people_can_go_on
from registration.store.gates import unclosed_rounds
from registration.store.leases import release_lease
from registration.store.snapshot import read_snapshot
from tasks.resources import Resources
from tasks.steps import read, under_lease

WAITING_FOR_PEOPLE = "Waiting for people"
"""What the state of a run is called that has left its batch to the people whom it asked."""


class Patience:
    """How long this process has seen nothing happen in its batch, and how long it waits on."""

    def __init__(self, shared: Resources) -> None:
        self._shared = shared
        self._since = time.monotonic()
        self._seen: BatchView | None = None

    async def ends(self, view: BatchView) -> bool:
        """Whether only people were waited for long enough, and each of them has a form to answer."""
        settings = self._shared.settings
        if view != self._seen:
            self._seen, self._since = view, time.monotonic()
        if not _stands_still(view):
            return False
        if time.monotonic() - self._since < settings.scaled(60 * settings.gate_hold_minutes):
            return False
        self._since = time.monotonic()
        return await read(self._shared, lambda connection: _all_asked(self._shared, connection, view))


def _stands_still(view: BatchView) -> bool:
    halted = any(view.halts(job.id) for job in view.open_jobs)
    return only_people_can_go_on(view) and not halted and not any(job.unsettled for job in view.jobs.values())


async def leave_batch(shared: Resources, seen: BatchView) -> bool:
    """Give the lease back, to wait for people; False if somebody wrote something since `seen`.

    Whatever is written after it finds no lease and starts the batch again.
    """

    async def work(connection: AsyncConnection) -> bool:
        view = await read_snapshot(connection, shared.organisation_id, shared.batch.id)
        if view != replace(seen, leaving=False) or not await _all_asked(shared, connection, view):
            return False
        await release_lease(
            connection, shared.organisation_id, shared.batch.id, shared.lease.holder, waiting_for_people=True
        )
        return True

    return await under_lease(shared, work, alone=True)


async def _all_asked(shared: Resources, connection: AsyncConnection, view: BatchView) -> bool:
    rounds = await unclosed_rounds(connection, shared.organisation_id, shared.batch.id)
    return all_asked(view, (round_.shown for round_ in rounds))
