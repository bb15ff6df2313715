"""Processes that request browser slots, in a database of their own, because the limit holds over a whole database."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.browser_slot_queries import SlotInUse, Ticket, exchange_slots, slots_in_use
from registration.batches.browser_slots import BrowserSlots
from registration.database.session import NO_ORGANISATION, Database, Transaction
from registration.workflow.lease import Lease
from tests.waiting import HANG, eventually

NAME = "menuImport"

_ORGANISATION = text("insert into organisations (id, name) values (:id, 'Kai Group')")
_BATCH = text(
    "insert into registration_batch_jobs (id, organisation_id, name, created_by)"
    " values (:id, :organisation, :name, 'Mere')"
)
_RESTAURANT = text("insert into restaurants (id, organisation_id, name) values (:id, :organisation, :name)")
_JOB = text(
    "insert into registration_jobs (id, organisation_id, batch_job_id, restaurant_id, position)"
    " values (:id, :organisation, :batch, :restaurant, 1)"
)


@dataclass(frozen=True)
class Process:
    """A process that holds the lease of a batch of one restaurant."""

    lease: Lease
    slots: BrowserSlots
    job_id: UUID
    number: int

    async def exchange(self, transaction: Transaction, *tickets: Ticket) -> frozenset[UUID]:
        """One exchange in a transaction of the test."""
        lease = self.lease
        return await exchange_slots(transaction, lease.batch_id, lease.holder, tickets, self.number)

    def ticket(self) -> Ticket:
        """A new one."""
        return Ticket(uuid4(), self.job_id, NAME)


@dataclass
class Request:
    """A request that asks for a slot, and holds it until the test ends it."""

    process: Process
    name: str = NAME
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    ends: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    def start(self) -> "Request":
        """Ask."""
        self.task = asyncio.create_task(self._run())
        return self

    async def _run(self) -> None:
        async with self.process.slots.request(self.process.job_id, self.name) as granted:
            await granted.wait()
            self.holds.set()
            await self.ends.wait()

    async def held(self) -> None:
        """Once it has its slot."""
        async with asyncio.timeout(HANG):
            await self.holds.wait()

    async def end(self) -> None:
        """Give the slot back."""
        assert self.task is not None
        self.ends.set()
        await self.task

    async def cancelled(self) -> None:
        """Ask no longer."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@dataclass(frozen=True)
class SlotProcesses:
    """A database without other requests for slots; `everything` is a superuser's connection to it."""

    database: Database
    everything: AsyncConnection

    @asynccontextmanager
    async def processes(self, count: int, number: int = 1) -> AsyncGenerator[list[Process]]:
        """Processes of one organisation each, whose limit is `number` slots; they exchange as in life."""
        async with AsyncExitStack() as exits:
            yield [await exits.enter_async_context(self._process(number)) for _ in range(count)]

    @asynccontextmanager
    async def _process(self, number: int) -> AsyncGenerator[Process]:
        organisation, batch, restaurant, job = (uuid4() for _ in range(4))
        await self.everything.execute(_ORGANISATION, {"id": organisation})
        await self.everything.execute(_BATCH, {"id": batch, "organisation": organisation, "name": "Monday"})
        await self.everything.execute(_RESTAURANT, {"id": restaurant, "organisation": organisation, "name": "Kai"})
        values = {"id": job, "organisation": organisation, "batch": batch, "restaurant": restaurant}
        await self.everything.execute(_JOB, values)
        lease = await Lease.acquire(self.database, organisation, batch, uuid4(), 60)
        assert isinstance(lease, Lease)
        slots = BrowserSlots(lease, number, interval=0.05)
        running = asyncio.create_task(slots.run())
        try:
            yield Process(lease, slots, job, number)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await lease.release()

    async def rows(self) -> list[dict[str, Any]]:
        """All tickets, in their order."""
        found = await self.everything.execute(text("select * from registration_browser_slots order by position"))
        return [dict(row) for row in found.mappings()]

    async def until_there(self, *requests: Request) -> None:
        """Wait until as many tickets are in the table as requests are named."""

        async def all_there() -> bool:
            return len(await self.rows()) >= len(requests)

        await eventually(all_there, f"{len(requests)} tickets")

    async def until_somebody_waits_for_a_lock(self) -> None:
        """Wait until a transaction cannot go on."""
        waits = text(
            "select 1 from pg_locks l join pg_database d on d.oid = l.database"
            " where not granted and d.datname = current_database()"
        )

        async def somebody_waits() -> bool:
            return (await self.everything.execute(waits)).first() is not None

        await eventually(somebody_waits, "a transaction to wait for a lock")

    async def over(self, process: Process) -> None:
        """Have the lease of a process that was killed pass."""
        change = "update registration_leases set expires_at = clock_timestamp() where holder = :holder"
        await self.everything.execute(text(change), {"holder": process.lease.holder})

    async def in_use(self, organisation_id: UUID = NO_ORGANISATION) -> tuple[SlotInUse, ...]:
        """What an organisation is shown."""
        async with self.database.transaction(organisation_id) as transaction:
            return await slots_in_use(transaction)
