"""Marking an effect as sent: under locks of lease, batch and job, and together with its spacing slot."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from registration.database.session import Transaction, retry_until_available
from registration.database.shared_transaction import SharedTransaction
from registration.effects import queries as store
from registration.effects import spacing_queries as slots
from registration.effects.models import EffectRow
from registration.errors import CancelRequested, ProgrammerError
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.watch import BatchWatch

_PROBE_SECONDS = 2.0
"""How often a slot that may be freed early is tried."""


class Sender:
    """Decides which request leaves, and when: for the holder of a batch's lease."""

    def __init__(self, lease: Lease, watch: BatchWatch, settings: Settings) -> None:
        self._lease = lease
        self._watch = watch
        self._settings = settings
        self._queue = slots.Queue()
        # Apart from the moves of the rows: this transaction waits for spacing slots, and for a cancel of batch or job.
        self._sending = SharedTransaction(lease.transaction)

    async def mark_sent(
        self,
        row: EffectRow,
        spacing_key: str | None,
        spacing_seconds: float | None = None,
        *,
        freed_early: bool = False,
    ) -> EffectRow:
        """Mark the row as sent, under locks, and with its spacing slot; the request must leave at once.

        The slot is taken for `spacing_seconds`, without them for as long as accounts are apart; one that may be
        `freed_early` is tried every few seconds. Raises CancelRequested or LeaseLost when the request must not leave.
        """
        if spacing_key is None:
            return await self._mark_without_slot(row)
        async with self._queue.turn(spacing_key):
            while True:
                marked, wait = await self._try(row, spacing_key, spacing_seconds)
                if marked is not None:
                    self._lease.check()
                    return marked
                longest = self._settings.scaled(_PROBE_SECONDS) if freed_early else wait
                await self._watch.pause(min(wait, longest), row.job_id)

    async def free_spacing(self, row: EffectRow, key: str, spacing_seconds: float) -> None:
        """Free the slot of a request that has ended, so that the next request may leave."""
        if (sent_at := row.sent_at) is None:
            return
        interval = self._settings.scaled(spacing_seconds)
        await self._persist(lambda transaction: slots.free(transaction, key, sent_at, interval))

    async def push_spacing(self, key: str, seconds: float) -> None:
        """Keep the slot taken for so many seconds, as the platform asks."""
        await self._persist(lambda transaction: slots.push(transaction, key, seconds))

    async def _persist(self, work: Callable[[Transaction], Awaitable[None]]) -> None:
        async def once() -> None:
            async with self._lease.transaction() as transaction:
                await work(transaction)

        await retry_until_available(once, give_up=lambda: self._lease.lost)

    async def _mark_without_slot(self, row: EffectRow) -> EffectRow:
        marked, _ = await self._try(row, None, None)
        if marked is None:
            raise ProgrammerError("without a slot to wait for, a row is marked or refused")
        self._lease.check()
        return marked

    async def _try(
        self, row: EffectRow, spacing_key: str | None, spacing_seconds: float | None
    ) -> tuple[EffectRow | None, float]:
        """The marked row; None, and the seconds until the slot is free, if the slot is taken."""
        apart = self._settings.account_spacing_seconds if spacing_seconds is None else spacing_seconds

        async def once() -> tuple[EffectRow | None, float]:
            return await self._sending.do(
                lambda transaction: self._claim_and_mark(transaction, row, spacing_key, apart)
            )

        return await retry_until_available(once, give_up=lambda: self._lease.lost)

    async def _claim_and_mark(
        self, transaction: Transaction, row: EffectRow, spacing_key: str | None, apart: float
    ) -> tuple[EffectRow | None, float]:
        interval = self._settings.scaled(apart)
        if spacing_key is not None and not await self._marked_unconfirmed(transaction, row):
            wait = await slots.claim(transaction, spacing_key, interval)
            if wait:
                return None, wait
        sent_at = await store.mark_sent(transaction, self._lease.batch_id, row.job_id, row.name)
        if sent_at is None:
            raise CancelRequested("cancelled")
        if spacing_key is not None:
            await slots.count_from(transaction, spacing_key, sent_at, interval)
        return replace(row, sent_at=sent_at, window_closed=False), 0.0

    async def _marked_unconfirmed(self, transaction: Transaction, row: EffectRow) -> bool:
        """Whether this process marked the row before, with its slot, and lost the connection before the confirmation.

        No other process marks rows of this lease, and nothing has left: the slot still belongs to this request.
        """
        now = await store.read_effect(transaction, row.job_id, row.name)
        return row.sent_at is None and now.sent_at is not None
