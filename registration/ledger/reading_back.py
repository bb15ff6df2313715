"""Reading an effect back after the platform said success: it may show it a little later than it says it."""

from registration.errors import NotUnderstood, PlatformRefused, PlatformUnclear, TransientError
from registration.evidence import Look, Verdict
from registration.ledger.effect import Effect, Entry
from registration.ledger.entries import LedgerEntries
from registration.models.outputs import Outputs

_TIMES, _SECONDS = 5, 15.0
_EVERY = _SECONDS / (_TIMES - 1)
_ENOUGH = (Verdict.THERE, Verdict.NO_EVIDENCE, Verdict.INCOMPLETE)


async def read_back(entries: LedgerEntries, effect: Effect, entry: Entry, outputs: Outputs) -> Look:
    """What the platform shows in the end, asked five times over 15 seconds.

    Where it only begins its work with its success, as long as the request's limit lasts, and no longer than the job may
    go on (StopRequested). Raises PlatformUnclear if it cannot be asked.
    """
    try:
        look, asked = await effect.read_back(entry, outputs), 1
        while look.verdict not in _ENOUGH and await _wait(entries, effect, entry, asked):
            look, asked = await effect.read_back(entry, outputs), asked + 1
    except (TransientError, PlatformRefused, NotUnderstood) as error:
        raise PlatformUnclear(f"the platform said success, but cannot be asked: {error.message}") from error
    return look


async def _wait(entries: LedgerEntries, effect: Effect, entry: Entry, asked: int) -> bool:
    """Wait for the next time; False if there is none."""
    if asked < _TIMES:
        await entries.pause(_EVERY)
        return True
    if not effect.works_on or await entries.sent_ago(entry) >= entries.scaled(effect.limit_seconds):
        return False
    await entries.pause_unless_stopped(entries.scaled(_EVERY), entry.job_id)
    return True
