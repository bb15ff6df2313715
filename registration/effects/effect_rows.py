"""The rows of the ledger: every change of a row is a short transaction that is tried until it is committed.

| from | to | written by | when |
|---|---|---|---|
| pending, retrying | in_progress | `intend` | the intent is committed, nothing is sent yet |
| in_progress, retrying | unknown | `intend` | an earlier process sent the request and died without an outcome |
| in_progress | unknown | `mark_unknown` | the request got no clear answer |
| in_progress | retrying | `mark_retrying` | the platform says that it did nothing; the request will be sent again |
| in_progress, retrying, unknown | completed | `complete` | the effect happened: evidence, or the platform's word |
| in_progress, retrying, unknown | failed | `fail` | the effect did not happen as requested |
| in_progress, retrying, unknown | unknown | `ask_person` | only a person can tell; the job waits for one |
| unknown | pending | `allow_resend` | the request may be sent again without harm |

`Sender.mark_sent` writes `sent_at` into a row that is in progress, `clear_sent` takes it back. A person moves unknown
to completed or pending (`operations/resolve.py`); ended rows are reopened as pending or unknown (`reopen_effects`);
pending rows are skipped, pending and retrying rows cancelled, with their job. All moves are `SUB_STEP_MOVES` of
`registration/states.py`, drawn in docs/how-it-works.md.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from registration.database.session import Transaction, retry_until_available
from registration.database.shared_transaction import SharedTransaction
from registration.effects import queries as store
from registration.effects.evidence import Observation, Presence
from registration.effects.models import EffectRow
from registration.effects.outputs import Outputs
from registration.effects.sending import Sender
from registration.errors import EffectFailed, LeaseLost, PlatformEnded, ProgrammerError, RegistrationError
from registration.kit.outage import FIRST_PAUSE, LONGEST_PAUSE, Outage
from registration.settings import Settings
from registration.states import Assurance, SubStepStatus
from registration.workflow.lease import Lease
from registration.workflow.step_queries import lock_job, refresh_job_status
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step
from registration.workflow.watch import BatchWatch

Result = TypeVar("Result")


class Done(Enum):
    """What of a failed effect the platform has done, or may still do."""

    NOTHING = "nothing"
    PART = "a part, and no more of it"
    UNKNOWN = "unknown"


class EffectRows:
    """Writes the rows of one batch's effects, for the holder of its lease.

    A write that says that the effect did not happen is about the request that the given row marks as sent: if another
    request was marked as sent since, nothing is written, because the outcome of the last request decides.
    """

    def __init__(self, lease: Lease, watch: BatchWatch, settings: Settings) -> None:
        self.sender = Sender(lease, watch, settings)
        self.outage = Outage(settings.scaled(FIRST_PAUSE), settings.scaled(LONGEST_PAUSE))
        self._moving = SharedTransaction(lease.transaction)
        self._lease = lease
        self._watch = watch
        self._settings = settings

    @property
    def wait_budget(self) -> float:
        """How long a platform that is away is waited for, in seconds."""
        return self.scaled(self._settings.outage_patience_seconds)

    def scaled(self, seconds: float) -> float:
        """`seconds` on this installation's clock."""
        return self._settings.scaled(seconds)

    async def pause(self, seconds: float, job_id: UUID, *, scaled: bool = False, stoppable: bool = True) -> None:
        """Wait `seconds`, on this installation's clock if `scaled`.

        A `stoppable` pause raises CancelRequested or BatchReleased as soon as the job must not go on here.
        """
        seconds = self.scaled(seconds) if scaled else seconds
        await (self._watch.pause(seconds, job_id) if stoppable else asyncio.sleep(seconds))

    def check_may_begin(self, job_id: UUID) -> None:
        """Raises CancelRequested or BatchReleased before a new request."""
        self._watch.check(job_id)

    async def intend(self, job_id: UUID, name: str, fingerprint: str) -> EffectRow:
        """Write the intent, or find what an earlier process left: completed, or sent without an outcome (unknown)."""

        async def work(transaction: Transaction) -> EffectRow:
            row = await store.read_effect(transaction, job_id, name)
            if row.status is SubStepStatus.COMPLETED:
                return row
            if row.sent_at is not None and not row.status.ended:
                message = "it was sent and not answered"
                await self._move(transaction, row, SubStepStatus.UNKNOWN, error_message=message)
                return replace(row, outputs=None)
            values = {"fingerprint": fingerprint, "idempotency_key": row.next_key}
            begun = await self._move(transaction, row, SubStepStatus.IN_PROGRESS, **values)
            if not begun and row.status is not SubStepStatus.IN_PROGRESS:
                raise ProgrammerError(f"{name} of job {job_id} is {row.status}, it cannot be started")
            return replace(row, outputs=None)

        return await self._write(work)

    async def seconds_since_sent(self, row: EffectRow) -> float:
        """Seconds since the request was sent, by the database's clock; infinite if that is not known."""
        now = await self._write(lambda transaction: store.read_effect(transaction, row.job_id, row.name))
        return math.inf if now.sent_ago is None else now.sent_ago

    async def clear_sent(self, row: EffectRow) -> EffectRow:
        """Take back `sent_at`: the request did not leave, or was clearly refused for now."""
        self._lease.check()
        if (sent_at := row.sent_at) is None:
            return row
        await self._write(lambda transaction: store.clear_sent(transaction, row.job_id, row.name, sent_at))
        return replace(row, sent_at=None)

    async def time_left(self, row: EffectRow) -> float:
        """Write that the effect waits for a platform that cannot be reached; returns for how many seconds it still may.

        The wait is counted from its first call on, also over several processes.
        """
        self._lease.check()
        waited = await self._write(lambda transaction: store.note_unanswered(transaction, row.job_id, row.name))
        self._watch.poke()
        return self.wait_budget - waited

    async def wait_for_turn(self, job_id: UUID, most: float) -> None:
        """Wait until the platform may be asked again, or answers; raises CancelRequested or BatchReleased."""
        await self._watch.unless_stopped(self.outage.wait(0, most), job_id)

    async def mark_unknown(self, row: EffectRow, error: RegistrationError) -> None:
        """No clear answer came; after an error that says that the platform's work has ended, the window is closed."""
        values: dict[str, Any] = {"error_message": error.message, "error_details": error.details}
        if isinstance(error, PlatformEnded):
            values["window_closed"] = True
        await self._save(row, SubStepStatus.UNKNOWN, **values)

    async def mark_retrying(self, row: EffectRow, error: RegistrationError) -> None:
        """The platform said in its own words that nothing was done; the same request will be sent again."""
        self._lease.check()
        values: dict[str, Any] = {"attempt": row.attempt + 1, "sent_at": None, "error_message": error.message}
        await self._save_own(row, SubStepStatus.RETRYING, **values)

    async def allow_resend(self, row: EffectRow) -> None:
        """Open the effect for another request; the row remembers when the last one was sent and how many were unclear.

        Evidence of a success since then counts.
        """
        self._lease.check()
        values: dict[str, Any] = {
            "sent_at": None,
            "previous_sent_at": row.sent_at,
            "window_closed": True,
            "resend_approved": False,
            "unclear_sendings": row.unclear_sendings + 1,
            "error_message": None,
        }
        await self._save_own(row, SubStepStatus.PENDING, **values)

    async def complete(self, row: EffectRow, outputs: Outputs, observation: Observation) -> None:
        """The effect happened. Without evidence of it (no PRESENT) it counts as reported by the platform."""
        known = observation.known if observation.verdict is Presence.PRESENT else Assurance.REPORTED
        values: dict[str, Any] = {
            "outputs": outputs.model_dump(mode="json"),
            "evidence": observation.evidence,
            "known": known,
            "error_message": None,
            "error_details": None,
        }
        await self._save(row, SubStepStatus.COMPLETED, f"{known}: {observation.reason}", **values)

    async def fail(
        self,
        row: EffectRow,
        message: str,
        details: dict[str, Any],
        *,
        foreign: bool = False,
        done: Done = Done.NOTHING,
    ) -> EffectFailed:
        """The effect did not happen as requested; returns the error to raise.

        Only by the holder of the lease, and only if no other request was sent since (LeaseLost otherwise): the process
        that sent that request reconciles it. A request that did a part has answered for itself and all before it.
        """
        self._lease.check()
        values: dict[str, Any] = {"error_message": message, "error_details": details}
        if done is Done.NOTHING:
            values["sent_at"] = None
        if done is Done.PART:
            values |= {"window_closed": True, "previous_sent_at": None, "restored": False}
        if not await self._save_own(row, SubStepStatus.FAILED, **values):
            raise _superseded(row)
        return EffectFailed(message, effect=row.name, foreign=foreign)

    async def ask_person(self, row: EffectRow, message: str) -> None:
        """Only a person can tell: the job waits for one. Raises LeaseLost if another request was sent since."""
        last = replace(row, sent_at=row.sent_at or row.previous_sent_at)

        async def once() -> None:
            async with self._lease.transaction() as transaction:
                await lock_job(transaction, row.job_id)
                if not await self._is_own(transaction, last):
                    raise _superseded(row)
                await self._move(transaction, row, SubStepStatus.UNKNOWN, sent_at=last.sent_at)
                await store.set_needs_person(transaction, row.job_id, row.name, message)
                await refresh_job_status(transaction, row.job_id, Attribution(SYSTEM.actor, message))

        await retry_until_available(once, give_up=lambda: self._lease.lost)
        self._watch.poke()

    async def _move(
        self, transaction: Transaction, row: EffectRow, to: SubStepStatus, why: str | None = None, **values: Any
    ) -> bool:
        attribution = Attribution(SYSTEM.actor, why or values.get("error_message"))
        return await move_sub_step(transaction, row.job_id, row.name, to, attribution, **values)

    async def _save(self, row: EffectRow, to: SubStepStatus, why: str | None = None, **values: Any) -> None:
        await self._write(lambda transaction: self._move(transaction, row, to, why, **values))

    async def _save_own(self, row: EffectRow, to: SubStepStatus, **values: Any) -> bool:
        """Move the row for the outcome of its request; False, and nothing is written, if another one was sent since."""

        async def work(transaction: Transaction) -> bool:
            own = await self._is_own(transaction, row)
            if own:
                await self._move(transaction, row, to, **values)
            return own

        return await self._write(work)

    async def _is_own(self, transaction: Transaction, row: EffectRow) -> bool:
        """Whether the stored row, which stays locked, marks no other request as sent than `row`.

        The stored row marks none if this write was committed before, and the connection lost before the confirmation.
        """
        await store.lock_effects(transaction, [row.job_id], row.name)
        now = await store.read_effect(transaction, row.job_id, row.name)
        return now.sent_at in (None, row.sent_at)

    async def _write(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        """Change rows in a transaction that many share: the work waits for no lock but that of the lease."""
        return await retry_until_available(lambda: self._moving.do(work), give_up=lambda: self._lease.lost)


def _superseded(row: EffectRow) -> LeaseLost:
    return LeaseLost(f"another request of {row.name} was sent since: the outcome of an earlier request does not decide")
