"""The ledger's rows: every change of one is a short transaction that is tried until it is in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import EffectFailed, LeaseLost, ProgrammerError, RegistrationError, StopRequested
from registration.leases import Lease
from registration.ledger import slots
from registration.ledger.effect import Entry
from registration.models.outputs import Outputs
from registration.settings import Settings
from registration.states import SubStepStatus
from registration.store import effects as store
from registration.store.moves import SYSTEM, Because, move_sub_step
from registration.store.session import Database, persistently
from registration.store.steps import lock_job, settle_job
from registration.watch import BatchWatch

Result = TypeVar("Result")


class LedgerEntries:
    """Reads and moves the rows of one batch's ledger, for the holder of its lease."""

    def __init__(self, database: Database, lease: Lease, watch: BatchWatch, settings: Settings) -> None:
        self._database = database
        self._lease = lease
        self._watch = watch
        self._settings = settings
        self._organisation_id = lease.organisation_id
        self._queue = slots.Queue()

    @property
    def patience(self) -> float:
        """How long a platform that is away is waited for, in seconds."""
        return self.scaled(self._settings.platform_patience_seconds)

    def scaled(self, seconds: float) -> float:
        """`seconds` on this installation's clock."""
        return self._settings.scaled(seconds)

    async def pause(self, seconds: float) -> None:
        """Wait, scaled."""
        await asyncio.sleep(self.scaled(seconds))

    async def pause_unless_stopped(self, seconds: float, job_id: UUID) -> None:
        """Wait real seconds; raises StopRequested as soon as the job is told to stop."""
        await self._watch.pause(seconds, job_id)

    async def intend(self, job_id: UUID, name: str, fingerprint: str) -> Entry:
        """Write the intent, or find what an earlier process left: completed, or sent without an outcome (unknown)."""

        async def work(connection: AsyncConnection) -> Entry:
            row = await store.read_effect(connection, self._organisation_id, job_id, name)
            key = f"{job_id}:{name}:{row.generation}"
            entry = Entry(job_id, name, key, row.attempt, row.intent_at, row.sent_at, row.outputs, row.ever_sent)
            if row.status is SubStepStatus.COMPLETED:
                return entry
            if row.sent_at is not None and not row.status.ended:
                await self._move(connection, entry, SubStepStatus.UNKNOWN, error_message="it was sent and not answered")
                return replace(entry, outputs=None)
            values = {"fingerprint": fingerprint, "idempotency_key": key, "intent_at": row.intent_at or _now()}
            begun = await self._move(connection, entry, SubStepStatus.IN_PROGRESS, **values)
            if not begun and row.status is not SubStepStatus.IN_PROGRESS:
                raise ProgrammerError(f"{name} of job {job_id} is {row.status}, it cannot be started")
            return replace(entry, outputs=None)

        return await self._write(work)

    async def sent(self, entry: Entry, spacing_key: str | None) -> Entry:
        """Mark it as sent, under locks, and with its spacing slot; the request must leave at once.

        Raises StopRequested or LeaseLost when it must not leave any more.
        """
        if spacing_key is None:
            return await self._mark_sent(entry)
        async with self._queue.turn(spacing_key):
            while True:
                marked, wait = await self._write(
                    lambda connection: self._claim_and_mark(connection, entry, spacing_key)
                )
                if marked is not None:
                    self._lease.check()
                    return marked
                await self.pause_unless_stopped(wait, entry.job_id)

    async def sent_ago(self, entry: Entry) -> float:
        """Seconds since it was sent, by the database's clock."""
        row = await self._write(
            lambda connection: store.read_effect(connection, self._organisation_id, entry.job_id, entry.name)
        )
        return row.sent_ago or 0.0

    async def not_sent(self, entry: Entry) -> Entry:
        """Nothing left, or it was clearly refused for now."""
        self._lease.check()
        await self._write(
            lambda connection: store.clear_sent(connection, self._organisation_id, entry.job_id, entry.name)
        )
        return replace(entry, sent_at=None)

    async def push_spacing(self, key: str, seconds: float) -> None:
        """The platform wants no account before so many seconds."""
        await self._write(lambda connection: slots.push(connection, key, seconds))

    async def unknown(self, entry: Entry, error: RegistrationError) -> Entry:
        """No clear answer came."""

        async def work(connection: AsyncConnection) -> Entry:
            values = {"error_message": error.message, "error_details": error.details}
            await self._move(connection, entry, SubStepStatus.UNKNOWN, **values)
            row = await store.read_effect(connection, self._organisation_id, entry.job_id, entry.name)
            return replace(entry, sent_at=row.sent_at)

        return await self._write(work)

    async def retrying(self, entry: Entry, error: RegistrationError) -> None:
        """The platform said in its own words that nothing was done; the same request will be sent again."""
        self._lease.check()
        await self._save(
            entry, SubStepStatus.RETRYING, attempt=entry.attempt + 1, sent_at=None, error_message=error.message
        )

    async def forget(self, entry: Entry) -> None:
        """It did not happen: it may be sent again, and what was sent is remembered."""
        self._lease.check()
        evidence = {"sent_before": entry.sent_at.isoformat() if entry.sent_at else None}
        await self._save(entry, SubStepStatus.PENDING, sent_at=None, error_message=None, evidence=evidence)

    async def completed(self, entry: Entry, outputs: Outputs, evidence: dict[str, Any]) -> None:
        """It happened, and this is the evidence."""
        values = {"outputs": outputs.model_dump(mode="json"), "evidence": evidence}
        await self._save(entry, SubStepStatus.COMPLETED, **values, error_message=None, error_details=None)

    async def failed(
        self, entry: Entry, message: str, details: dict[str, Any], *, foreign: bool = False
    ) -> EffectFailed:
        """It is clear that it did not happen as asked; returns the error to raise.

        Like every verdict that opens or ends the row without the effect, only by the holder of the lease (LeaseLost
        otherwise): an heir may have sent it since, and settles it by looking.
        """
        self._lease.check()
        await self._save(entry, SubStepStatus.FAILED, error_message=message, error_details=details)
        return EffectFailed(message, effect=entry.name, foreign=foreign)

    async def undecided(self, entry: Entry, message: str) -> None:
        """Only a person can say: the job waits for one."""

        async def work(connection: AsyncConnection) -> None:
            await lock_job(connection, self._organisation_id, entry.job_id)
            await store.needs_person(connection, self._organisation_id, entry.job_id, entry.name, message)
            await settle_job(connection, self._organisation_id, entry.job_id, Because(SYSTEM.actor, message))

        await self._write(work)
        self._watch.poke()

    async def _mark_sent(self, entry: Entry) -> Entry:
        marked, _ = await self._write(lambda connection: self._claim_and_mark(connection, entry, None))
        if marked is None:
            raise ProgrammerError("without a slot to wait for, it is sent or refused")
        self._lease.check()
        return marked

    async def _claim_and_mark(
        self, connection: AsyncConnection, entry: Entry, spacing_key: str | None
    ) -> tuple[Entry | None, float]:
        if spacing_key is not None:
            interval = self.scaled(self._settings.account_spacing_seconds)
            wait = await slots.claim(connection, spacing_key, interval)
            if wait:
                return None, wait
        lease = self._lease
        sent_at = await store.mark_sent(
            connection, self._organisation_id, lease.batch_id, entry.job_id, entry.name, lease.holder
        )
        if sent_at is None:
            held = await store.holds_lease(connection, lease.batch_id, lease.holder)
            raise StopRequested("told to stop") if held else LeaseLost("another process works on the batch")
        return replace(entry, sent_at=sent_at), 0.0

    async def _move(self, connection: AsyncConnection, entry: Entry, to: SubStepStatus, **values: Any) -> bool:
        because = Because(SYSTEM.actor, values.get("error_message"))
        return await move_sub_step(connection, self._organisation_id, entry.job_id, entry.name, to, because, **values)

    async def _save(self, entry: Entry, to: SubStepStatus, **values: Any) -> None:
        await self._write(lambda connection: self._move(connection, entry, to, **values))

    async def _write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        async def once() -> Result:
            async with self._database.transaction(self._organisation_id) as connection:
                return await work(connection)

        return await persistently(once, give_up=lambda: self._lease.lost)


def _now() -> datetime:
    return datetime.now(UTC)
