"""The lease: one process works on a batch at a time."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

from registration.database.session import Database, Transaction
from registration.errors import DatabaseUnavailable, LeaseLost
from registration.workflow.lease_queries import (
    LeaseRow,
    extend_lease,
    lock_lease,
    release_lease,
    share_lease_lock,
    take_lease,
)

_LOST = "this process no longer holds the batch; another one may work on it"


@dataclass(frozen=True)
class HeldElsewhere:
    """Another process works on the batch; `flow_run_id` is its flow run."""

    flow_run_id: UUID | None


async def end_lease_of_run(database: Database, organisation_id: UUID, batch_id: UUID, run_id: UUID) -> bool:
    """End the lease of an earlier process of the same flow run; False if this run never held the batch.

    A person who retries or resumes the run has given up its first process, whether or not that process still lives.
    """
    async with database.transaction(organisation_id) as transaction:
        before = await lock_lease(transaction, batch_id)
        if before.flow_run_id != run_id:
            return False
        if before.holder is not None:
            # A new holder instead of none: the first process then finds that its lease was lost, not given back.
            await take_lease(transaction, batch_id, uuid4(), run_id, 0)
        return True


@dataclass
class Lease:
    """The lease of this process on its batch, identified by a uuid of its own: a retried flow run keeps the id of the
    first.

    All that the process reads and writes of its batch goes through `reading` and `transaction`.
    """

    database: Database
    organisation_id: UUID
    batch_id: UUID
    seconds: float
    previous_run_id: UUID | None = None
    holder: UUID = field(default_factory=uuid4)
    _deadline: float = 0.0
    _found_lost: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def acquire(
        cls, database: Database, organisation_id: UUID, batch_id: UUID, run_id: UUID, seconds: float
    ) -> Self | HeldElsewhere:
        """Take the batch, or return the run that has it. `previous_run_id` is the flow run that held the batch before,
        if any.
        """
        lease = cls(database, organisation_id, batch_id, seconds)
        requested_at = time.monotonic()
        async with database.transaction(organisation_id) as transaction:
            before = await lock_lease(transaction, batch_id)
            if before.live:
                return HeldElsewhere(before.flow_run_id)
            await take_lease(transaction, batch_id, lease.holder, run_id, seconds)
        lease.previous_run_id = before.flow_run_id
        lease._deadline = requested_at + seconds
        return lease

    @property
    def lost(self) -> bool:
        """True once the local deadline has passed. It counts from before the last extension was sent to the
        database.
        """
        return time.monotonic() >= self._deadline

    def check(self) -> None:
        """Raises LeaseLost if this process may start no further effect."""
        if self.lost:
            raise LeaseLost(_LOST)

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A read-only transaction; it needs no lease, because it changes nothing for the process that holds
        the batch.
        """
        return self.database.transaction(self.organisation_id, read_only=True)

    @asynccontextmanager
    async def transaction(self, *, alone: bool = False) -> AsyncGenerator[Transaction]:
        """A transaction that only the holder of the batch gets. Raises LeaseLost before anything is written.

        Until it commits, no other process can take the batch over and no command can write for it. Several such
        transactions run concurrently unless one is `alone`. The extension of the lease waits only for those that are
        `alone`.
        """
        async with self.database.transaction(self.organisation_id) as transaction:
            lock = lock_lease if alone else share_lease_lock
            row = await lock(transaction, self.batch_id)
            if not row.is_of(self.holder):
                self._mark_lost(row)
                raise LeaseLost(_LOST)
            yield transaction

    async def keep_renewing(self) -> None:
        """Extend the lease every third of its time until it is lost, then raise LeaseLost. Returns once the lease was
        released.
        """
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.seconds / 3):
                    await self._found_lost.wait()
            requested_at = time.monotonic()
            try:
                row = await self._extend()
            except DatabaseUnavailable:
                self.check()
                continue
            if row is None:
                self._deadline = requested_at + self.seconds
                continue
            self._mark_lost(row)
            if row.holder is None:
                return
            self.check()

    async def _extend(self) -> LeaseRow | None:
        """Extend the lease in the database; returns None, or the lease's row if it could not be extended."""
        async with self.database.transaction(self.organisation_id) as transaction:
            if await extend_lease(transaction, self.batch_id, self.holder, self.seconds):
                return None
            return await share_lease_lock(transaction, self.batch_id)

    def _mark_lost(self, row: LeaseRow) -> None:
        """Note that the lease is gone. A row without a holder was released by this process, whose work is done."""
        self._deadline = 0.0
        if row.holder is not None:
            self._found_lost.set()

    async def release(self) -> None:
        """Give the lease back at once."""
        self._deadline = 0.0
        async with self.database.transaction(self.organisation_id) as transaction:
            await release_lease(transaction, self.batch_id, self.holder)
