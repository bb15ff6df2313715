"""Waiting for a platform that is away or busy."""

from uuid import UUID

from registration.ledger.entries import LedgerEntries

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0


class Patience:
    """Grows from 2 to 60 seconds a wait, `platform_patience_seconds` in all; waiting for a turn does not count."""

    def __init__(self, entries: LedgerEntries, job_id: UUID) -> None:
        self._entries = entries
        self._job_id = job_id
        self._pause = _FIRST_PAUSE
        self._left = entries.patience

    async def wait(self, retry_after: float | None) -> bool:
        """Wait as long as the platform asks, else a growing pause; False when it was waited for long enough.

        `retry_after` is in real seconds, as the platform gave it. Raises StopRequested when the job is told to stop.
        """
        seconds = retry_after or self._entries.scaled(self._pause)
        if seconds > self._left:
            return False
        self._left -= seconds
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._entries.pause_unless_stopped(seconds, self._job_id)
        return True
