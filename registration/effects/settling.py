"""Probing the platform: before a create is sent, after a success, and after a request without a clear answer."""

import asyncio
from dataclasses import replace

from registration.effects.entries import Done, LedgerEntries
from registration.effects.evidence import Observation, Presence
from registration.effects.model import MOST_ATTEMPTS, Effect, Entry, Probe
from registration.effects.outputs import Outputs
from registration.errors import (
    AlreadyThere,
    EffectUndecided,
    EndedWithWarnings,
    NotUnderstood,
    PlatformNotReached,
    PlatformRefused,
    PlatformUnclear,
    TransientError,
)
from registration.workflow.sub_steps import EffectKind


def must_look(effect: Effect, entry: Entry) -> bool:
    """Whether what is there must be known before it is sent; after a restore also of what else must not be twice."""
    return effect.kind.looks_first or _is_doubtful(effect, entry)


async def look_first(entries: LedgerEntries, effect: Effect, entry: Entry) -> Outputs | None:
    """What is there already, adopted as completed; None if it may be sent.

    Raises EffectFailed for somebody else's, EffectUndecided for a part of it, or if it may have been done before the
    database was restored (unless a person said that it is to be done again), PlatformNotReached if the platform cannot
    be asked.
    """
    return await _look_first(entries, effect, entry, entry)


async def look_after_refusal(entries: LedgerEntries, effect: Effect, sent: Entry, refused: PlatformRefused) -> Outputs:
    """Probe after a refusal: of two requests for one thing at once, the second is refused because the thing exists.

    Where the platform's word for that is not enough, the effect is sought as if nothing had been sent: what a refused
    request meets was made by somebody else. Raises EffectFailed with the platform's words if it is not there.
    """
    if isinstance(refused, AlreadyThere) and (there := effect.there(refused)) is not None:
        if sent.sent_before is None and (foreign := effect.foreign(there)) is not None:
            raise await entries.failed(sent, foreign, {}, foreign=True) from refused
        said = {"the platform says": refused.message}
        await entries.completed(sent, there, Observation(Presence.UNKNOWN, refused.message, None, said))
        return there
    if effect.kind.looks_first:
        found = await _look_first(entries, effect, replace(sent, do_again=True), replace(sent, sent_at=None))
        if found is not None:
            return found
    done = Done.A_PART if isinstance(refused, EndedWithWarnings) else Done.NOTHING
    raise await entries.failed(sent, refused.message, refused.details, done=done) from refused


async def _look_first(entries: LedgerEntries, effect: Effect, entry: Entry, probe: Entry) -> Outputs | None:
    """Probe for the effect as `probe` has it, and write into the row of `entry` what is there."""
    try:
        look = await effect.look(probe)
    except PlatformUnclear as error:
        raise PlatformNotReached(f"the platform cannot be asked: {error.message}") from error
    except (NotUnderstood, PlatformRefused) as error:
        raise await entries.failed(entry, error.message, error.details) from error
    if look.verdict is Presence.PRESENT and look.outputs is not None:
        await entries.completed(entry, look.outputs, look)
        return look.outputs
    if look.verdict is Presence.FOREIGN:
        raise await entries.failed(entry, look.reason, look.evidence, foreign=True)
    if entry.do_again:
        return None
    if look.verdict is Presence.PARTIAL:
        raise await _undecided(entries, effect, entry, f"only a part of it is there: {look.reason}")
    if _is_doubtful(effect, entry):
        message = f"it may have been done after the backup from which the database was restored: {look.reason}"
        raise await _undecided(entries, effect, entry, message)
    return None


def _is_doubtful(effect: Effect, entry: Entry) -> bool:
    """The platform's tables may have been taken back with ours: that they show nothing says nothing."""
    return entry.restored and not effect.kind.repeatable


async def _undecided(entries: LedgerEntries, effect: Effect, entry: Entry, message: str) -> EffectUndecided:
    await entries.undecided(entry, message)
    return EffectUndecided(message, effect=effect.name, job_id=str(entry.job_id))


_TIMES, _SECONDS = 5, 15.0
_EVERY = _SECONDS / (_TIMES - 1)
_ENOUGH = (Presence.PRESENT, Presence.UNKNOWN, Presence.INCOMPLETE)


async def read_back(entries: LedgerEntries, effect: Effect, entry: Entry, outputs: Outputs) -> Observation:
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


_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


async def settle(entries: LedgerEntries, effect: Probe, entry: Entry, *, stoppable: bool = True) -> Outputs | None:
    """Probe until it is known: the outputs if it happened, None if it may be sent (again).

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
        if look.verdict is Presence.PRESENT and look.outputs is not None:
            await entries.completed(entry, look.outputs, look)
            return look.outputs
        if look.verdict is Presence.FOREIGN:
            raise await entries.failed(entry, look.reason, look.evidence, foreign=True, done=Done.NOBODY_KNOWS)
        if remaining <= 0 or look.verdict is Presence.INCOMPLETE:
            await _after_the_limit(entries, effect, entry, look)
            return None
        seconds = min(entries.scaled(pause), remaining)
        await (entries.pause_unless_stopped(seconds, entry.job_id) if stoppable else asyncio.sleep(seconds))
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _look(effect: Probe, entry: Entry) -> Observation:
    """A platform that cannot be asked, or not understood, gives no evidence."""
    try:
        return await effect.look(entry)
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return Observation(Presence.UNKNOWN, error.message, None, {})


async def _after_the_limit(entries: LedgerEntries, effect: Probe, entry: Entry, look: Observation) -> None:
    """Have it sent again where that is harmless, and not too often: what a platform does not show may have happened."""
    message = f"whether it happened cannot be told: {'; '.join(filter(None, (entry.said, look.reason)))}"
    if effect.kind is EffectKind.SET or (effect.kind.repeatable and look.verdict is Presence.ABSENT):
        if entry.unclear + 1 < MOST_ATTEMPTS:
            await entries.forget(entry)
            return
        message = f"{message}; it was sent {entry.unclear + 1} times without a clear answer"
        if effect.kind is EffectKind.SET:
            raise await entries.failed(entry, message, look.evidence, done=Done.NOBODY_KNOWS)
    await entries.undecided(entry, message)
    raise EffectUndecided(message, effect=effect.name, job_id=str(entry.job_id))
