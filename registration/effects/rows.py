"""What all that writes the ledger shares: the lease's holder, the clock, transactions that are tried until in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import persistently
from registration.database.shared_transaction import SharedTransaction
from registration.effects.model import Entry
from registration.effects.queries import lock_effects, read_effect
from registration.settings import Settings
from registration.states import SubStepStatus
from registration.workflow.lease import Lease
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step
from registration.workflow.watch import BatchWatch

Result = TypeVar("Result")


class LedgerWriter:
    """Moves the rows of one batch's ledger, for the holder of its lease."""

    def __init__(self, lease: Lease, watch: BatchWatch, settings: Settings) -> None:
        self._moving = SharedTransaction(lease.transaction)
        self._lease = lease
        self._watch = watch
        self._settings = settings
        self._organisation_id = lease.organisation_id

    @property
    def wait_budget(self) -> float:
        """How long a platform that is away is waited for, in seconds."""
        return self.scaled(self._settings.platform_patience_seconds)

    def scaled(self, seconds: float) -> float:
        """`seconds` on this installation's clock."""
        return self._settings.scaled(seconds)

    async def pause(self, seconds: float) -> None:
        """Wait, scaled."""
        await asyncio.sleep(self.scaled(seconds))

    async def pause_unless_stopped(self, seconds: float, job_id: UUID) -> None:
        """Wait real seconds; raises StopRequested or BatchLeft as soon as the job must not go on here."""
        await self._watch.pause(seconds, job_id)

    def check_may_begin(self, job_id: UUID) -> None:
        """Raises StopRequested or BatchLeft before something new is asked for."""
        self._watch.check(job_id)

    async def _move(
        self, connection: AsyncConnection, entry: Entry, to: SubStepStatus, why: str | None = None, **values: Any
    ) -> bool:
        attribution = Attribution(SYSTEM.actor, why or values.get("error_message"))
        return await move_sub_step(
            connection, self._organisation_id, entry.job_id, entry.name, to, attribution, **values
        )

    async def _save(self, entry: Entry, to: SubStepStatus, why: str | None = None, **values: Any) -> None:
        await self._write(lambda connection: self._move(connection, entry, to, why, **values))

    async def _save_own(self, entry: Entry, to: SubStepStatus, **values: Any) -> bool:
        """Move the row for what became of the entry's request; False, and nothing is written, if it is not the last."""

        async def work(connection: AsyncConnection) -> bool:
            own = await self._is_own(connection, entry)
            if own:
                await self._move(connection, entry, to, **values)
            return own

        return await self._write(work)

    async def _is_own(self, connection: AsyncConnection, entry: Entry) -> bool:
        """Whether no request but the entry's is marked as sent in the row, which stays locked.

        The row marks no request at all if this write was committed before, and the connection lost before the answer.
        """
        await lock_effects(connection, self._organisation_id, [entry.job_id], entry.name)
        row = await read_effect(connection, self._organisation_id, entry.job_id, entry.name)
        return row.sent_at in (None, entry.sent_at)

    async def _write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Change rows of the ledger, in a transaction that many share: it waits for no other locks but the lease's."""
        return await persistently(lambda: self._moving.do(work), give_up=lambda: self._lease.lost)
