"""The lease: one process works on a batch at a time."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID, uuid4

from registration.errors import DatabaseUnavailable, LeaseLost
from registration.store.leases import lock_lease, release_lease, renew_lease, take_lease
from registration.store.session import Database


@dataclass(frozen=True)
class HeldElsewhere:
    """Another process works on the batch; its flow run."""

    flow_run_id: UUID | None


@dataclass
class Lease:
    """Held by this process, identified by its own uuid: a retried flow run has the id of the first one."""

    database: Database
    organisation_id: UUID
    batch_id: UUID
    seconds: float
    previous_run_id: UUID | None = None
    holder: UUID = field(default_factory=uuid4)
    _deadline: float = 0.0

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
            raise LeaseLost("this process no longer holds the batch; another one may work on it")

    async def keep(self) -> None:
        """Renew every third of its time until it is lost; then raise LeaseLost."""
        while True:
            await asyncio.sleep(self.seconds / 3)
            asked_at = time.monotonic()
            try:
                async with self.database.transaction(self.organisation_id) as connection:
                    renewed = await renew_lease(
                        connection, self.organisation_id, self.batch_id, self.holder, self.seconds
                    )
            except DatabaseUnavailable:
                self.check()
                continue
            if not renewed:
                self._deadline = 0.0
                self.check()
            self._deadline = asked_at + self.seconds

    async def release(self) -> None:
        """Give it back at once."""
        self._deadline = 0.0
        async with self.database.transaction(self.organisation_id) as connection:
            await release_lease(connection, self.organisation_id, self.batch_id, self.holder)
