"""Settling an effect that was sent and never clearly answered: only looking leads out of `unknown`, or a person."""

import asyncio

from registration.errors import EffectUndecided, NotUnderstood, PlatformRefused, PlatformUnclear, TransientError
from registration.evidence import Look, Verdict
from registration.ledger.effect import MOST_ATTEMPTS, Entry, Sought
from registration.ledger.entries import Done, LedgerEntries
from registration.models.outputs import Outputs
from registration.sub_steps import EffectKind

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


async def settle(entries: LedgerEntries, effect: Sought, entry: Entry, *, stoppable: bool = True) -> Outputs | None:
    """Look until it is known: the outputs if it happened, None if it may be sent (again).

    "Not there" counts only if the request's limit had passed before the look: the platform may still be working, unless
    it has said itself that it is done, or shows that its work has ended. Of a create effect it never counts: the
    platform's books are not what happened outside of it. Raises EffectFailed if a foreign one is there or a set
    effect was sent often enough, EffectUndecided if only a person can tell, StopRequested as soon as the job is told to
    stop, unless it is not `stoppable`.
    """
    limit = entries.scaled(effect.limit_seconds)
    pause = _FIRST_PAUSE
    while True:
        remaining = 0.0 if entry.over else limit - await entries.sent_ago(entry)
        look = await _look(effect, entry)
        if look.verdict is Verdict.THERE and look.outputs is not None:
            await entries.completed(entry, look.outputs, look)
            return look.outputs
        if look.verdict is Verdict.SOMEBODY_ELSES:
            raise await entries.failed(entry, look.reason, look.evidence, foreign=True, done=Done.NOBODY_KNOWS)
        if remaining <= 0 or look.verdict is Verdict.INCOMPLETE:
            await _after_the_limit(entries, effect, entry, look)
            return None
        seconds = min(entries.scaled(pause), remaining)
        await (entries.pause_unless_stopped(seconds, entry.job_id) if stoppable else asyncio.sleep(seconds))
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _look(effect: Sought, entry: Entry) -> Look:
    """A platform that cannot be asked, or not understood, gives no evidence."""
    try:
        return await effect.look(entry)
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return Look(Verdict.NO_EVIDENCE, error.message, None, {})


async def _after_the_limit(entries: LedgerEntries, effect: Sought, entry: Entry, look: Look) -> None:
    """Have it sent again where that is harmless, and not too often: what a platform does not show may have happened."""
    message = f"whether it happened cannot be told: {'; '.join(filter(None, (entry.said, look.reason)))}"
    if effect.kind is EffectKind.SET or (effect.kind.repeatable and look.verdict is Verdict.NOT_THERE):
        if entry.unclear + 1 < MOST_ATTEMPTS:
            await entries.forget(entry)
            return
        message = f"{message}; it was sent {entry.unclear + 1} times without a clear answer"
        if effect.kind is EffectKind.SET:
            raise await entries.failed(entry, message, look.evidence, done=Done.NOBODY_KNOWS)
    await entries.undecided(entry, message)
    raise EffectUndecided(message, effect=effect.name, job_id=str(entry.job_id))
