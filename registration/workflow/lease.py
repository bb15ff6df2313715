"""The lease: one process works on a batch at a time."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.errors import DatabaseUnavailable, LeaseLost
from registration.workflow.lease_queries import (
    LeaseRow,
    hold_lease,
    lock_lease,
    release_lease,
    renew_lease,
    take_lease,
)

_LOST = "this process no longer holds the batch; another one may work on it"


@dataclass(frozen=True)
class HeldElsewhere:
    """Another process works on the batch; its flow run."""

    flow_run_id: UUID | None


async def end_lease_of_run(database: Database, organisation_id: UUID, batch_id: UUID, run_id: UUID) -> bool:
    """End the lease of an earlier process of the same flow run; False if this run never held the batch.

    Whoever has a run executed once more has given up its first process, whether or not it lives.
    """
    async with database.transaction(organisation_id) as connection:
        before = await lock_lease(connection, organisation_id, batch_id)
        if before.flow_run_id != run_id:
            return False
        if before.holder is not None:
            # Another holder, not none: so the first process learns that it has lost the batch.
            await take_lease(connection, organisation_id, batch_id, uuid4(), run_id, 0)
        return True


@dataclass
class Lease:
    """Held by this process, identified by its own uuid: a retried flow run has the id of the first one.

    Whatever the process reads and writes of its batch goes through `reading` and `transaction`.
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
        """Take the batch, or say who has it. `previous_run_id` is the flow run that held it before, if another."""
        lease = cls(database, organisation_id, batch_id, seconds)
        asked_at = time.monotonic()
        async with database.transaction(organisation_id) as connection:
            before = await lock_lease(connection, organisation_id, batch_id)
            if before.live:
                return HeldElsewhere(before.flow_run_id)
            await take_lease(connection, organisation_id, batch_id, lease.holder, run_id, seconds)
        lease.previous_run_id = before.flow_run_id
        lease._deadline = asked_at + seconds
        return lease

    @property
    def lost(self) -> bool:
        """Whether the local deadline has passed; counted from before the last renewal was asked for."""
        return time.monotonic() >= self._deadline

    def check(self) -> None:
        """Raises LeaseLost when this process may start no further effect."""
        if self.lost:
            raise LeaseLost(_LOST)

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that cannot write: what it reads changes nothing for whoever holds the batch."""
        return self.database.transaction(self.organisation_id, read_only=True)

    @asynccontextmanager
    async def transaction(self, *, alone: bool = False) -> AsyncGenerator[AsyncConnection]:
        """A transaction that only the holder of the batch gets; raises LeaseLost before anything is written.

        Nobody can take the batch over, and no person write for it, before it is committed. Several go on side by side,
        unless one is `alone`. Renewing the lease waits for those that are alone only.
        """
        async with self.database.transaction(self.organisation_id) as connection:
            lock = lock_lease if alone else hold_lease
            found = await lock(connection, self.organisation_id, self.batch_id)
            if not found.is_of(self.holder):
                self._lose(found)
                raise LeaseLost(_LOST)
            yield connection

    async def keep(self) -> None:
        """Renew every third of its time until it is lost; then raise LeaseLost. Ends when it was given back."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.seconds / 3):
                    await self._found_lost.wait()
            asked_at = time.monotonic()
            try:
                found = await self._renew()
            except DatabaseUnavailable:
                self.check()
                continue
            if found is None:
                self._deadline = asked_at + self.seconds
                continue
            self._lose(found)
            if found.holder is None:
                return
            self.check()

    async def _renew(self) -> LeaseRow | None:
        """None if it is renewed; otherwise how the lease stands."""
        async with self.database.transaction(self.organisation_id) as connection:
            if await renew_lease(connection, self.organisation_id, self.batch_id, self.holder, self.seconds):
                return None
            return await hold_lease(connection, self.organisation_id, self.batch_id)

    def _lose(self, found: LeaseRow) -> None:
        """Note that the lease is gone. One without a holder was given back by this process, whose work is done."""
        self._deadline = 0.0
        if found.holder is not None:
            self._found_lost.set()

    async def release(self) -> None:
        """Give it back at once."""
        self._deadline = 0.0
        async with self.database.transaction(self.organisation_id) as connection:
            await release_lease(connection, self.organisation_id, self.batch_id, self.holder)
