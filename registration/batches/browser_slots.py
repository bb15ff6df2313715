"""Slots for requests that make the platform open a browser: a limit over all batches and processes.

A slot is a row that ends with the lease of its batch, so a process that dies gives its slots back. Slots are handed out
in order of arrival over all processes.
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
class _Request:
    ticket: Ticket
    granted: asyncio.Event = field(default_factory=asyncio.Event)


class BrowserSlots:
    """The slots that one process of a batch waits for and holds; `run` must be running beside the requests. A limit of
    0 means no limit.

    Each exchange sends the whole list of tickets, so it also corrects a statement whose answer was lost and a slot
    whose release failed.
    """

    def __init__(self, lease: Lease, limit: int, interval: float = 1.0) -> None:
        self._lease = lease
        self._limit = limit
        self._interval = interval
        self._requests: dict[UUID, _Request] = {}
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def request(self, job_id: UUID, name: str) -> AsyncGenerator[asyncio.Event]:
        """Request a slot for the block; the event is set once the slot is granted."""
        request = _Request(Ticket(uuid4(), job_id, name))
        if self._limit == 0:
            request.granted.set()
            yield request.granted
            return
        self._requests[request.ticket.id] = request
        self._changed.set()
        try:
            yield request.granted
        finally:
            del self._requests[request.ticket.id]
            self._changed.set()

    async def run(self) -> None:
        """Exchange tickets whenever the list changes, and every interval while a request waits; until cancelled."""
        while True:
            await self._changed.wait()
            while not await self._exchange_once():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._interval):
                        await self._changed.wait()

    async def _exchange_once(self) -> bool:
        """Exchange once; True if the database has the current list and no request of this process waits."""
        self._changed.clear()
        tickets = [request.ticket for request in self._requests.values()]
        try:
            held = await self._exchange(tickets)
        except DatabaseUnavailable as error:
            _log.warning("Browser slots cannot be exchanged, trying again: %s", error)
            return False
        for request in self._requests.values():
            if request.ticket.id in held:
                request.granted.set()
        return all(request.granted.is_set() for request in self._requests.values())

    async def _exchange(self, tickets: Sequence[Ticket]) -> frozenset[UUID]:
        """Exchange outside the lease's transactions: releasing a slot would otherwise wait for the transaction that
        locks the lease.

        The database function checks the lease itself, and ignores rows whose holder has no live lease.
        """
        lease = self._lease
        async with lease.database.transaction(lease.organisation_id) as transaction:
            return await exchange_slots(transaction, lease.batch_id, lease.holder, tickets, self._limit)
