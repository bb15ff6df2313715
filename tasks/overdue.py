"""Waiting for people has an end: one notice a day about who waits for long, and after days the job is left out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import LeaseLost
from registration.models.batch import Batch
from registration.settings import Settings
from registration.steps import Step
from registration.store.moves import SYSTEM, Because, record
from registration.store.overdue import REMINDED, Overdue, note_reminded, read_expired, read_overdue
from registration.store.steps import lock_job, skip_steps
from tasks.notices import gate_overdue
from tasks.resources import Resources
from tasks.steps import write

Result = TypeVar("Result")

NOBODY_DECIDED = "nobody decided"
_EVERY_SECONDS = 60
_HOUR = 3600
_DAY = 24 * _HOUR


class Transact(Protocol):
    """One transaction of the batch's organisation."""

    def __call__(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Awaitable[Result]:
        """Do the work in it."""
        ...


async def keep_looking(shared: Resources) -> None:
    """Look once a minute, until cancelled, or until this process no longer holds the batch."""
    transact = partial(write, shared)
    with suppress(LeaseLost):
        while True:
            await remind(shared.batch, shared.settings, transact)
            await expire(shared.batch, shared.settings, transact)
            await asyncio.sleep(shared.settings.scaled(_EVERY_SECONDS))


async def remind(batch: Batch, settings: Settings, transact: Transact) -> tuple[Overdue, ...]:
    """One notice about all who have waited too long; said first, then noted: twice is better than never."""
    after, again = settings.scaled(settings.gate_reminder_hours * _HOUR), settings.scaled(_DAY)
    overdue = await transact(lambda connection: read_overdue(connection, batch.organisation_id, batch.id, after, again))
    if overdue:
        await gate_overdue(batch, overdue)
        await transact(lambda connection: _note(connection, batch, overdue))
    return overdue


async def expire(batch: Batch, settings: Settings, transact: Transact) -> int:
    """Leave out whoever has waited for days; answers with how many."""
    after = settings.scaled(settings.gate_expiry_days * _DAY)

    async def work(connection: AsyncConnection) -> int:
        expired = await read_expired(connection, batch.organisation_id, batch.id, after)
        return sum([await _leave_out(connection, batch, job_id, after) for job_id in expired])

    return await transact(work)


async def _leave_out(connection: AsyncConnection, batch: Batch, job_id: UUID, after: float) -> bool:
    """Skip what is open of the job; False if it does not wait any more once its row is locked."""
    await lock_job(connection, batch.organisation_id, job_id)
    if not await read_expired(connection, batch.organisation_id, batch.id, after, job_id):
        return False
    because = Because(SYSTEM.actor, NOBODY_DECIDED)
    await skip_steps(connection, batch.organisation_id, job_id, tuple(Step), because)
    return True


async def _note(connection: AsyncConnection, batch: Batch, overdue: tuple[Overdue, ...]) -> None:
    await note_reminded(connection, batch.organisation_id, {one.job_id for one in overdue})
    for one in overdue:
        data = {"waited_seconds": round(one.seconds)}
        await record(connection, batch.organisation_id, REMINDED, SYSTEM, job_id=one.job_id, data=data)
