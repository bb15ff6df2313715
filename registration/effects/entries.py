"""The ledger's rows: every change of one is a short transaction that is tried until it is in."""

from dataclasses import replace
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import persistently
from registration.effects import queries as store
from registration.effects.evidence import Observation, Presence
from registration.effects.model import Entry
from registration.effects.outputs import Outputs
from registration.effects.sending import LedgerSender
from registration.errors import EffectFailed, LeaseLost, PlatformEnded, ProgrammerError, RegistrationError
from registration.states import Assurance, SubStepStatus
from registration.workflow.step_queries import lock_job, refresh_job_status
from registration.workflow.transition_queries import SYSTEM, Attribution


class Done(Enum):
    """What of a failed effect the platform has done, or may still do."""

    NOTHING = "nothing"
    A_PART = "a part, and no more of it"
    NOBODY_KNOWS = "nobody knows"


class LedgerEntries(LedgerSender):
    """What becomes of an effect: intended, unknown, retrying, completed, failed, undecided.

    A write that says that the effect did not happen is about the entry's request alone: if another request was marked
    as sent since, nothing is written, because the outcome of the last request decides.
    """

    async def intend(self, job_id: UUID, name: str, fingerprint: str) -> Entry:
        """Write the intent, or find what an earlier process left: completed, or sent without an outcome (unknown)."""

        async def work(connection: AsyncConnection) -> Entry:
            row = await store.read_effect(connection, self._organisation_id, job_id, name)
            key = f"{job_id}:{name}:{row.generation}"
            entry = _entry(job_id, name, key, row)
            if row.status is SubStepStatus.COMPLETED:
                return entry
            if row.sent_at is not None and not row.status.ended:
                await self._move(connection, entry, SubStepStatus.UNKNOWN, error_message="it was sent and not answered")
                return replace(entry, outputs=None)
            values: dict[str, Any] = {"fingerprint": fingerprint, "idempotency_key": key}
            begun = await self._move(connection, entry, SubStepStatus.IN_PROGRESS, **values)
            if not begun and row.status is not SubStepStatus.IN_PROGRESS:
                raise ProgrammerError(f"{name} of job {job_id} is {row.status}, it cannot be started")
            return replace(entry, outputs=None)

        return await self._write(work)

    async def unknown(self, entry: Entry, error: RegistrationError) -> None:
        """No clear answer came; after one that says that the platform's work has ended nothing is waited for."""
        values: dict[str, Any] = {"error_message": error.message, "error_details": error.details}
        if isinstance(error, PlatformEnded):
            values["evidence"] = replace(entry, over=True).kept
        await self._save(entry, SubStepStatus.UNKNOWN, **values)

    async def retrying(self, entry: Entry, error: RegistrationError) -> None:
        """The platform said in its own words that nothing was done; the same request will be sent again."""
        self._lease.check()
        await self._save_own(
            entry, SubStepStatus.RETRYING, attempt=entry.attempt + 1, sent_at=None, error_message=error.message
        )

    async def forget(self, entry: Entry) -> None:
        """It may be sent again; that it was sent, and how often without a clear answer, is remembered."""
        self._lease.check()
        before = replace(entry, sent_before=entry.sent_at, over=True, do_again=False, unclear=entry.unclear + 1)
        await self._save_own(entry, SubStepStatus.PENDING, sent_at=None, error_message=None, evidence=before.kept)

    async def completed(self, entry: Entry, outputs: Outputs, look: Observation) -> None:
        """It happened, and this is how that is known; a look that shows nothing leaves the platform's own word."""
        known = look.known if look.verdict is Presence.PRESENT else Assurance.REPORTED
        values: dict[str, Any] = {
            "outputs": outputs.model_dump(mode="json"),
            "evidence": look.evidence,
            "known": known,
            "error_message": None,
            "error_details": None,
        }
        await self._save(entry, SubStepStatus.COMPLETED, f"{known}: {look.reason}", **values)

    async def failed(
        self,
        entry: Entry,
        message: str,
        details: dict[str, Any],
        *,
        foreign: bool = False,
        done: Done = Done.NOTHING,
    ) -> EffectFailed:
        """It is clear that it did not happen as asked; returns the error to raise.

        Only by the holder of the lease, and only if no other request was sent since (LeaseLost otherwise): whoever sent
        that one settles it by looking.
        """
        self._lease.check()
        values: dict[str, Any] = {"error_message": message, "error_details": details}
        if done is Done.NOTHING:
            values["sent_at"] = None
        if done is Done.A_PART:
            values["evidence"] = {"over": True}
        if not await self._save_own(entry, SubStepStatus.FAILED, **values):
            raise _superseded(entry)
        return EffectFailed(message, effect=entry.name, foreign=foreign)

    async def undecided(self, entry: Entry, message: str) -> None:
        """Only a person can say: the job waits for one. Raises LeaseLost if another request was sent since."""
        last = replace(entry, sent_at=entry.sent_at or entry.sent_before)

        async def work(connection: AsyncConnection) -> None:
            await lock_job(connection, self._organisation_id, entry.job_id)
            if not await self._is_own(connection, last):
                raise _superseded(entry)
            await self._move(connection, entry, SubStepStatus.UNKNOWN, sent_at=last.sent_at)
            await store.needs_person(connection, self._organisation_id, entry.job_id, entry.name, message)
            await refresh_job_status(
                connection, self._organisation_id, entry.job_id, Attribution(SYSTEM.actor, message)
            )

        async def once() -> None:
            async with self._lease.transaction() as connection:
                await work(connection)

        await persistently(once, give_up=lambda: self._lease.lost)
        self._watch.poke()


def _superseded(entry: Entry) -> LeaseLost:
    return LeaseLost(f"another request of {entry.name} was sent since: this one's outcome does not decide")


def _entry(job_id: UUID, name: str, key: str, row: store.LedgerRow) -> Entry:
    return Entry(
        job_id=job_id,
        name=name,
        idempotency_key=key,
        attempt=row.attempt,
        sent_at=row.sent_at,
        outputs=row.outputs,
        sent_before=row.sent_before,
        over=row.over,
        do_again=row.do_again,
        unclear=row.unclear,
        restored=row.restored,
        said=row.error_message if row.answered and not row.needs_person else None,
    )
