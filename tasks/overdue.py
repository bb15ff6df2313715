"""Waiting for people has an end: one notice a day about who waits for long, and after days the job is left out."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.steps import Step
from registration.store.moves import SYSTEM, Because, record
from registration.store.overdue import REMINDED, Overdue, note_reminded, read_expired, read_overdue
from registration.store.steps import skip_steps
from tasks.notices import gate_overdue
from tasks.resources import Resources
from tasks.steps import read, write

NOBODY_DECIDED = "nobody decided"
_EVERY_SECONDS = 60
_HOUR = 3600
_DAY = 24 * _HOUR


async def keep_looking(shared: Resources) -> None:
    """Look once a minute, until cancelled."""
    while True:
        await remind(shared)
        await expire(shared)
        await asyncio.sleep(shared.settings.scaled(_EVERY_SECONDS))


async def remind(shared: Resources) -> tuple[Overdue, ...]:
    """One notice about all who have waited too long; said first, then noted: twice is better than never."""
    after = shared.settings.scaled(shared.settings.gate_reminder_hours * _HOUR)
    again = shared.settings.scaled(_DAY)
    overdue = await read(
        shared, lambda connection: read_overdue(connection, shared.organisation_id, shared.batch.id, after, again)
    )
    if overdue:
        await gate_overdue(shared, overdue)
        await write(shared, lambda connection: _note(connection, shared, overdue))
    return overdue


async def expire(shared: Resources) -> int:
    """Leave out whoever has waited for days; answers with how many."""
    after = shared.settings.scaled(shared.settings.gate_expiry_days * _DAY)

    async def work(connection: AsyncConnection) -> int:
        expired = await read_expired(connection, shared.organisation_id, shared.batch.id, after)
        for job_id in expired:
            because = Because(SYSTEM.actor, NOBODY_DECIDED)
            await skip_steps(connection, shared.organisation_id, job_id, tuple(Step), because)
        return len(expired)

    return await write(shared, work)


async def _note(connection: AsyncConnection, shared: Resources, overdue: tuple[Overdue, ...]) -> None:
    await note_reminded(connection, shared.organisation_id, {one.job_id for one in overdue})
    for one in overdue:
        data = {"waited_seconds": round(one.seconds)}
        await record(connection, shared.organisation_id, REMINDED, SYSTEM, job_id=one.job_id, data=data)
