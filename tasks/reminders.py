"""Batches and jobs that wait for people: reminders, expiry, and the restart after an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.models import Batch
from registration.batches.overdue_queries import REMINDED, Overdue, note_reminded, read_expired, read_overdue
from registration.batches.queries import read_batch
from registration.batches.run_queries import batches_left
from registration.database.session import NOBODY, Database
from registration.errors import LeaseLost
from registration.gates.round_queries import OpenRound, unclosed_rounds
from registration.settings import Settings, settings
from registration.workflow.lease_queries import end_waiting, lock_lease
from registration.workflow.step_queries import lock_job, skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, Attribution, record
from tasks.context import Resources
from tasks.reporting.events import gate_overdue
from tasks.step_runner import write

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


async def keep_looking(context: Resources) -> None:
    """Look once a minute, until cancelled, or until this process no longer holds the batch."""
    transact = partial(write, context)
    with suppress(LeaseLost):
        while True:
            await remind(context.batch, context.settings, transact)
            await expire(context.batch, context.settings, transact)
            await asyncio.sleep(context.settings.scaled(_EVERY_SECONDS))


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
    attribution = Attribution(SYSTEM.actor, NOBODY_DECIDED)
    await skip_steps(connection, batch.organisation_id, job_id, tuple(Step), attribution)
    return True


async def _note(connection: AsyncConnection, batch: Batch, overdue: tuple[Overdue, ...]) -> None:
    await note_reminded(connection, batch.organisation_id, {one.job_id for one in overdue})
    for one in overdue:
        data = {"waited_seconds": round(one.seconds)}
        await record(connection, batch.organisation_id, REMINDED, SYSTEM, job_id=one.job_id, data=data)


async def left_to_take_up(database: Database) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of those that were left and can go on: somebody answered, or has waited for too long.

    Reminders of the others are sent on the way.
    """
    async with database.transaction(NOBODY) as connection:
        left = await batches_left(connection)
    return [one for one in left if await _can_go_on(_Left(database, *one))]


@dataclass(frozen=True)
class _Left:
    """A batch that nobody works on; whoever takes it up locks its lease, and so does each transaction here."""

    database: Database
    organisation_id: UUID
    batch_id: UUID

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Raises LeaseLost once somebody has taken the batch up."""
        async with self.database.transaction(self.organisation_id) as connection:
            if (await lock_lease(connection, self.organisation_id, self.batch_id)).live:
                raise LeaseLost("another process works on the batch")
            return await work(connection)

    async def changing(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """A transaction that, if it changes something, also ends the wait for people: recovery then takes the batch up.

        It does so even if this process dies right after the commit.
        """

        async def changing(connection: AsyncConnection) -> Result:
            if changed := await work(connection):
                await end_waiting(connection, self.organisation_id, [self.batch_id])
            return changed

        return await self.transact(changing)


async def _can_go_on(left: _Left) -> bool:
    try:
        return await _look_at(left)
    except LeaseLost:
        return False


async def _look_at(left: _Left) -> bool:
    batch = await left.transact(lambda connection: read_batch(connection, left.organisation_id, left.batch_id))
    rounds = await left.transact(lambda connection: unclosed_rounds(connection, left.organisation_id, left.batch_id))
    if await _answered(rounds):
        # Whoever takes it up reads the answer before anybody is left out.
        return True
    await remind(batch, settings(), left.transact)
    return await expire(batch, settings(), left.changing) > 0


async def _answered(rounds: Iterable[OpenRound]) -> bool:
    """Whether a gate's run is not Paused any more: somebody answered it, or nobody can."""
    wanted = {round_.flow_run_id for round_ in rounds}
    if not wanted:
        return False
    async with get_client() as client:
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(wanted))))
    paused = {run.id for run in runs if run.state is not None and run.state.is_paused()}
    return not wanted <= paused
