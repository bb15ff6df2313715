"""Looking before a create effect is sent: a second one would make a second thing."""

from dataclasses import replace

from registration.errors import (
    AlreadyThere,
    EffectUndecided,
    EndedWithWarnings,
    NotUnderstood,
    PlatformNotReached,
    PlatformRefused,
    PlatformUnclear,
)
from registration.evidence import Look, Verdict
from registration.ledger.effect import Effect, Entry
from registration.ledger.entries import Done, LedgerEntries
from registration.models.outputs import Outputs


def must_look(effect: Effect, entry: Entry) -> bool:
    """Whether what is there must be known before it is sent; after a restore also of what else must not be twice."""
    return effect.kind.looks_first or _is_doubtful(effect, entry)


async def look_first(entries: LedgerEntries, effect: Effect, entry: Entry) -> Outputs | None:
    """What is there already, adopted as completed; None if it may be sent.

    Raises EffectFailed for somebody else's, EffectUndecided for a part of it, or if it may have been done before the
    database was restored (unless a person said that it is to be done again), PlatformNotReached if the platform cannot
    be asked.
    """
    return await _look(entries, effect, entry, entry)


async def look_after_refusal(entries: LedgerEntries, effect: Effect, sent: Entry, refused: PlatformRefused) -> Outputs:
    """Look after a refusal: of two restaurants that request one thing at once, the second is refused as it exists.

    Where the platform's word for that is not enough, the effect is sought as if nothing had been sent: what a refused
    request meets was made by somebody else. Raises EffectFailed with the platform's words if it is not there.
    """
    if isinstance(refused, AlreadyThere) and (there := effect.there(refused)) is not None:
        if sent.sent_before is None and (foreign := effect.foreign(there)) is not None:
            raise await entries.failed(sent, foreign, {}, foreign=True) from refused
        said = {"the platform says": refused.message}
        await entries.completed(sent, there, Look(Verdict.NO_EVIDENCE, refused.message, None, said))
        return there
    if effect.kind.looks_first:
        found = await _look(entries, effect, replace(sent, do_again=True), replace(sent, sent_at=None))
        if found is not None:
            return found
    done = Done.A_PART if isinstance(refused, EndedWithWarnings) else Done.NOTHING
    raise await entries.failed(sent, refused.message, refused.details, done=done) from refused


async def _look(entries: LedgerEntries, effect: Effect, entry: Entry, sought: Entry) -> Outputs | None:
    """Look for the effect as `sought` has it, and write into the row of `entry` what is there."""
    try:
        look = await effect.look(sought)
    except PlatformUnclear as error:
        raise PlatformNotReached(f"the platform cannot be asked: {error.message}") from error
    except (NotUnderstood, PlatformRefused) as error:
        raise await entries.failed(entry, error.message, error.details) from error
    if look.verdict is Verdict.THERE and look.outputs is not None:
        await entries.completed(entry, look.outputs, look)
        return look.outputs
    if look.verdict is Verdict.SOMEBODY_ELSES:
        raise await entries.failed(entry, look.reason, look.evidence, foreign=True)
    if entry.do_again:
        return None
    if look.verdict is Verdict.PARTLY:
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
