"""Marking an effect as sent: under locks of lease, batch and job, and together with its spacing slot."""

import math
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import persistently
from registration.database.shared_transaction import SharedTransaction
from registration.effects import queries as store
from registration.effects import spacing_queries as slots
from registration.effects.model import Entry
from registration.effects.rows import LedgerWriter
from registration.errors import ProgrammerError, StopRequested
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.watch import BatchWatch

_SECONDS_UNTIL_A_LOOK = 2.0


class LedgerSender(LedgerWriter):
    """Says which request leaves, and when."""

    def __init__(self, lease: Lease, watch: BatchWatch, settings: Settings) -> None:
        super().__init__(lease, watch, settings)
        self._queue = slots.Queue()
        # Apart from the other moves: its pieces wait for spacing slots, and for whoever cancels batch or job.
        self._sending = SharedTransaction(lease.transaction)

    async def sent(
        self,
        entry: Entry,
        spacing_key: str | None,
        spacing_seconds: float | None = None,
        *,
        freed_early: bool = False,
    ) -> Entry:
        """Mark it as sent, under locks, and with its spacing slot; the request must leave at once.

        The slot is taken for `spacing_seconds`, without them for as long as accounts are apart; one that may be
        `freed_early` is looked at every few seconds. Raises StopRequested or LeaseLost when it must not leave any more.
        """
        if spacing_key is None:
            return await self._mark_sent(entry)
        async with self._queue.turn(spacing_key):
            while True:
                marked, wait = await self._send(entry, spacing_key, spacing_seconds)
                if marked is not None:
                    self._lease.check()
                    return marked
                longest = self.scaled(_SECONDS_UNTIL_A_LOOK) if freed_early else wait
                await self.pause_unless_stopped(min(wait, longest), entry.job_id)

    async def free_spacing(self, entry: Entry, key: str, spacing_seconds: float) -> None:
        """The entry's request has ended: whoever waits for its slot may go on."""
        if (sent_at := entry.sent_at) is None:
            return

        async def once() -> None:
            async with self._lease.transaction() as connection:
                await slots.free(connection, key, sent_at, self.scaled(spacing_seconds))

        await persistently(once, give_up=lambda: self._lease.lost)

    async def sent_ago(self, entry: Entry) -> float:
        """Seconds since it was sent, by the database's clock; without end if that is not known."""
        row = await self._write(
            lambda connection: store.read_effect(connection, self._organisation_id, entry.job_id, entry.name)
        )
        return math.inf if row.sent_ago is None else row.sent_ago

    async def not_sent(self, entry: Entry) -> Entry:
        """The entry's request did not leave, or was clearly refused for now."""
        self._lease.check()
        if (sent_at := entry.sent_at) is None:
            return entry
        key = (self._organisation_id, entry.job_id, entry.name)
        await self._write(lambda connection: store.clear_sent(connection, *key, sent_at))
        return replace(entry, sent_at=None)

    async def push_spacing(self, key: str, seconds: float) -> None:
        """The platform wants no account before so many seconds."""
        await self._write(lambda connection: slots.push(connection, key, seconds))

    async def _mark_sent(self, entry: Entry) -> Entry:
        marked, _ = await self._send(entry, None, None)
        if marked is None:
            raise ProgrammerError("without a slot to wait for, it is sent or refused")
        self._lease.check()
        return marked

    async def _send(
        self, entry: Entry, spacing_key: str | None, spacing_seconds: float | None
    ) -> tuple[Entry | None, float]:
        apart = self._settings.account_spacing_seconds if spacing_seconds is None else spacing_seconds

        async def once() -> tuple[Entry | None, float]:
            return await self._sending.do(
                lambda connection: self._claim_and_mark(connection, entry, spacing_key, apart)
            )

        return await persistently(once, give_up=lambda: self._lease.lost)

    async def _claim_and_mark(
        self, connection: AsyncConnection, entry: Entry, spacing_key: str | None, apart: float
    ) -> tuple[Entry | None, float]:
        interval = self.scaled(apart)
        if spacing_key is not None and not await self._marked_unheard(connection, entry):
            wait = await slots.claim(connection, spacing_key, interval)
            if wait:
                return None, wait
        sent_at = await store.mark_sent(
            connection, self._organisation_id, self._lease.batch_id, entry.job_id, entry.name
        )
        if sent_at is None:
            raise StopRequested("told to stop")
        if spacing_key is not None:
            await slots.count_from(connection, spacing_key, sent_at, interval)
        return replace(entry, sent_at=sent_at, over=False), 0.0

    async def _marked_unheard(self, connection: AsyncConnection, entry: Entry) -> bool:
        """Whether this process marked it before, with its slot, and lost the connection before it heard of the commit.

        Nobody else marks rows of this lease, and nothing has left: the slot is still this request's own.
        """
        row = await store.read_effect(connection, self._organisation_id, entry.job_id, entry.name)
        return entry.sent_at is None and row.sent_at is not None
