"""Slots for requests that make the platform open a browser: a limit over all batches and processes.

A slot is a row that ends with the lease of its batch, so that a process that dies gives its slots back. First come,
first served, over all processes.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from registration.batches.browser_slot_queries import Ticket, exchange_slots
from registration.errors import DatabaseUnavailable
from registration.workflow.lease import Lease

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    ticket: Ticket
    granted: asyncio.Event = field(default_factory=asyncio.Event)


class BrowserSlots:
    """What one process of a batch waits for and holds; `run` must go on beside whoever asks. A limit of 0 is none.

    The process always tells the database all that it wants. A statement whose answer was lost, or a slot that could not
    be given back, is put right by the next one.
    """

    def __init__(self, lease: Lease, limit: int, interval: float = 1.0) -> None:
        self._lease = lease
        self._limit = limit
        self._interval = interval
        self._asked: dict[UUID, _Asked] = {}
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def asked(self, job_id: UUID, name: str) -> AsyncGenerator[asyncio.Event]:
        """Ask for a slot for the block; the event is set once there is one."""
        one = _Asked(Ticket(uuid4(), job_id, name))
        if self._limit == 0:
            one.granted.set()
            yield one.granted
            return
        self._asked[one.ticket.id] = one
        self._changed.set()
        try:
            yield one.granted
        finally:
            del self._asked[one.ticket.id]
            self._changed.set()

    async def run(self) -> None:
        """Exchange whenever something changes, and every interval while somebody waits; until cancelled."""
        while True:
            await self._changed.wait()
            while not await self._exchanged():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._interval):
                        await self._changed.wait()

    async def _exchanged(self) -> bool:
        """Whether the database has what this process wants, and nobody of it waits."""
        self._changed.clear()
        tickets = [one.ticket for one in self._asked.values()]
        try:
            held = await self._exchange(tickets)
        except DatabaseUnavailable as error:
            _log.warning("Browser slots cannot be exchanged, trying again: %s", error)
            return False
        for one in self._asked.values():
            if one.ticket.id in held:
                one.granted.set()
        return all(one.granted.is_set() for one in self._asked.values())

    async def _exchange(self, tickets: Sequence[Ticket]) -> frozenset[UUID]:
        """In no transaction of the lease: to give a slot back would wait for whoever has locked the lease's row.

        The function of the database looks at the lease itself, and a row whose holder has no live lease counts for
        nothing.
        """
        lease = self._lease
        async with lease.database.transaction(lease.organisation_id) as connection:
            return await exchange_slots(
                connection, lease.organisation_id, lease.batch_id, lease.holder, tickets, self._limit
            )
