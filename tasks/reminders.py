"""Batches and jobs that wait for people: reminders, expiry, and the restart after an answer or a late menu."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from prefect import get_client

from registration.batches.models import Batch
from registration.batches.overdue_queries import REMINDED, Overdue, note_reminded, read_expired, read_overdue
from registration.batches.queries import read_batch
from registration.batches.run_queries import batches_waiting_for_people
from registration.database.session import NO_ORGANISATION, Database, Transaction
from registration.errors import LeaseLost
from registration.gates.round_queries import OpenRound, unclosed_rounds
from registration.operations.late_menus import take_late_menus
from registration.settings import Settings, settings
from registration.workflow.lease_queries import end_waiting, lock_lease
from registration.workflow.skips import StepSkip
from registration.workflow.step_queries import lock_job, skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, record
from tasks.batch_runs import paused_among
from tasks.context import Resources
from tasks.reporting.events import gate_overdue
from tasks.step_runner import write

Result = TypeVar("Result")

_EVERY_SECONDS = 60
_HOUR = 3600
_DAY = 24 * _HOUR


class Transact(Protocol):
    """Runs work in one transaction of the batch's organisation."""

    def __call__(self, work: Callable[[Transaction], Awaitable[Result]]) -> Awaitable[Result]:
        """Run the work in the transaction and return its result."""
        ...


async def keep_reminding(context: Resources) -> None:
    """Remind, expire, and take menus that arrived late, once a minute, until cancelled, or until this process no longer
    holds the batch.
    """
    transact = partial(write, context)
    with suppress(LeaseLost):
        while True:
            await remind(context.batch, context.settings, transact)
            await expire(context.batch, context.settings, transact)
            await transact(lambda transaction: take_late_menus(transaction, context.batch.id))
            await asyncio.sleep(context.settings.scaled(_EVERY_SECONDS))


async def remind(batch: Batch, settings: Settings, transact: Transact) -> tuple[Overdue, ...]:
    """Send one notice about all jobs that have waited too long, then record it: a second notice is better than none."""
    after, again = settings.scaled(settings.gate_reminder_hours * _HOUR), settings.scaled(_DAY)
    overdue = await transact(lambda transaction: read_overdue(transaction, batch.id, after, again))
    if overdue:
        await gate_overdue(batch, overdue)
        await transact(lambda transaction: _record_reminders(transaction, batch, overdue))
    return overdue


async def expire(batch: Batch, settings: Settings, transact: Transact) -> int:
    """Leave out the jobs that have waited for days; returns their number."""
    after = settings.scaled(settings.gate_expiry_days * _DAY)

    async def work(transaction: Transaction) -> int:
        expired = await read_expired(transaction, batch.id, after)
        return sum([await _skip_expired(transaction, batch, job_id, after) for job_id in expired])

    return await transact(work)


async def _skip_expired(transaction: Transaction, batch: Batch, job_id: UUID, after: float) -> bool:
    """Skip the open steps of the job; False if it no longer waits once its row is locked."""
    await lock_job(transaction, job_id)
    if not await read_expired(transaction, batch.id, after, job_id):
        return False
    await skip_steps(transaction, job_id, tuple(Step), SYSTEM.actor, StepSkip.NOBODY_DECIDED)
    return True


async def _record_reminders(transaction: Transaction, batch: Batch, overdue: tuple[Overdue, ...]) -> None:
    await note_reminded(transaction, {job.job_id for job in overdue})
    for job in overdue:
        data = {"waited_seconds": round(job.seconds)}
        await record(transaction, REMINDED, SYSTEM, job_id=job.job_id, data=data)


async def waiting_batches_to_start(database: Database) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of each batch that waited for people and can go on: an answer or a menu arrived, or a job
    expired.

    The search also sends the reminders for the other batches.
    """
    async with database.transaction(NO_ORGANISATION) as transaction:
        waiting = await batches_waiting_for_people(transaction)
    return [batch for batch in waiting if await _can_go_on(_WaitingBatch(database, *batch))]


@dataclass(frozen=True)
class _WaitingBatch:
    """A batch without a process. A run that takes the batch locks its lease, and so does each transaction here."""

    database: Database
    organisation_id: UUID
    batch_id: UUID

    async def transact(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Run the work in a transaction. Raises LeaseLost if a run has taken the batch."""
        async with self.database.transaction(self.organisation_id) as transaction:
            if (await lock_lease(transaction, self.batch_id)).live:
                raise LeaseLost("another process works on the batch")
            return await work(transaction)

    async def transact_and_wake(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Run the work in a transaction; if it changes something, also end the wait for people, so that recovery starts
        the batch.

        Both are one commit, so recovery starts the batch even if this process dies right after it.
        """

        async def changing(transaction: Transaction) -> Result:
            if changed := await work(transaction):
                await end_waiting(transaction, [self.batch_id])
            return changed

        return await self.transact(changing)


async def _can_go_on(waiting: _WaitingBatch) -> bool:
    try:
        return await _remind_and_expire(waiting)
    except LeaseLost:
        return False


async def _remind_and_expire(waiting: _WaitingBatch) -> bool:
    batch = await waiting.transact(lambda transaction: read_batch(transaction, waiting.batch_id))
    rounds = await waiting.transact(lambda transaction: unclosed_rounds(transaction, waiting.batch_id))
    if await _answered(rounds):
        # Start the batch first: its run reads the answer before a job expires.
        return True
    if await waiting.transact_and_wake(lambda transaction: take_late_menus(transaction, waiting.batch_id)):
        return True
    await remind(batch, settings(), waiting.transact)
    return await expire(batch, settings(), waiting.transact_and_wake) > 0


async def _answered(rounds: Iterable[OpenRound]) -> bool:
    """True if a gate's run is no longer Paused: a person answered it, or it can no longer be answered."""
    run_ids = {round_.flow_run_id for round_ in rounds}
    if not run_ids:
        return False
    async with get_client() as client:
        paused = await paused_among(client, run_ids)
    return not run_ids <= {run.id for run in paused}
