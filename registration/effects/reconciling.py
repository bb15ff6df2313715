"""Probing the platform: before a create is sent, after a success, and after a request without a clear answer."""

from dataclasses import replace

from registration.effects.effect_rows import Done, EffectRows
from registration.effects.evidence import Observation, Presence
from registration.effects.models import MOST_ATTEMPTS, Effect, EffectRow, Probe
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

_READINGS, _READING_SECONDS = 5, 15.0
_BETWEEN_READINGS = _READING_SECONDS / (_READINGS - 1)
_FINAL = (Presence.PRESENT, Presence.UNKNOWN, Presence.INCOMPLETE)
"""What reading on would not change."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Between two probes of an unknown effect; doubled from one to the next."""


def must_probe_first(effect: Effect, row: EffectRow) -> bool:
    """Whether the platform is probed before the request is sent: for a create, and after a restore of the database."""
    return effect.kind.probed_first or _is_doubtful(effect, row)


async def probe_first(rows: EffectRows, effect: Effect, row: EffectRow) -> Outputs | None:
    """Complete an effect that the platform shows already, and return its outputs; None if the request may be sent.

    Raises EffectFailed if the object belongs to another owner; EffectUndecided if the platform shows a part of it, or
    if the effect may have happened before the database was restored (unless a person approved another request);
    PlatformNotReached if the platform cannot be asked.
    """
    return await _probe_first(rows, effect, row, row)


async def probe_after_refusal(rows: EffectRows, effect: Effect, sent: EffectRow, refused: PlatformRefused) -> Outputs:
    """Probe after a refusal: of two concurrent requests for one thing, the second is refused because the thing exists.

    Where the platform's statement that the thing exists is not enough, the platform is probed as if nothing had been
    sent: a refused request made nothing, so what exists was made by somebody else. Raises EffectFailed with the
    platform's words if the thing does not exist.
    """
    if isinstance(refused, AlreadyThere) and (there := effect.there(refused)) is not None:
        if sent.previous_sent_at is None and (foreign := effect.foreign(there)) is not None:
            raise await rows.fail(sent, foreign, {}, foreign=True) from refused
        evidence = {"the platform says": refused.message}
        await rows.complete(sent, there, Observation(Presence.UNKNOWN, refused.message, None, evidence))
        return there
    if effect.kind.probed_first:
        found = await _probe_first(rows, effect, replace(sent, resend_approved=True), replace(sent, sent_at=None))
        if found is not None:
            return found
    done = Done.PART if isinstance(refused, EndedWithWarnings) else Done.NOTHING
    raise await rows.fail(sent, refused.message, refused.details, done=done) from refused


async def _probe_first(rows: EffectRows, effect: Effect, row: EffectRow, expected: EffectRow) -> Outputs | None:
    """Probe for the effect with the sendings of `expected`, and write the observation into the row of `row`."""
    try:
        observation = await effect.observe(expected)
    except PlatformUnclear as error:
        raise PlatformNotReached(f"the platform cannot be asked: {error.message}") from error
    except (NotUnderstood, PlatformRefused) as error:
        raise await rows.fail(row, error.message, error.details) from error
    if observation.verdict is Presence.PRESENT and observation.outputs is not None:
        await rows.complete(row, observation.outputs, observation)
        return observation.outputs
    if observation.verdict is Presence.FOREIGN:
        raise await rows.fail(row, observation.reason, observation.evidence, foreign=True)
    if row.resend_approved:
        return None
    if observation.verdict is Presence.PARTIAL:
        raise await ask_person(rows, row, f"only a part of it is there: {observation.reason}")
    if _is_doubtful(effect, row):
        message = f"it may have been done after the backup from which the database was restored: {observation.reason}"
        raise await ask_person(rows, row, message)
    return None


def _is_doubtful(effect: Effect, row: EffectRow) -> bool:
    """Whether absence proves nothing: the platform's tables may have been restored together with ours."""
    return row.restored and not effect.kind.repeatable


async def ask_person(rows: EffectRows, row: EffectRow, message: str) -> EffectUndecided:
    """Have the effect wait for a person; returns the error to raise."""
    await rows.ask_person(row, message)
    return EffectUndecided(message, effect=row.name, job_id=str(row.job_id))


async def read_back(rows: EffectRows, effect: Effect, row: EffectRow, outputs: Outputs) -> Observation:
    """What the platform shows after a success: read up to five times over 15 seconds.

    Where the platform works on after its answer, it is read until the request's limit, and no longer than the job may
    go on (CancelRequested). Raises PlatformUnclear if the platform cannot be asked.
    """
    try:
        observation, readings = await effect.read_back(row, outputs), 1
        while observation.verdict not in _FINAL and await _wait_for_reading(rows, effect, row, readings):
            observation, readings = await effect.read_back(row, outputs), readings + 1
    except (TransientError, PlatformRefused, NotUnderstood) as error:
        raise PlatformUnclear(f"the platform said success, but cannot be asked: {error.message}") from error
    return observation


async def _wait_for_reading(rows: EffectRows, effect: Effect, row: EffectRow, readings: int) -> bool:
    """Wait before the next reading; False if there is none."""
    if readings < _READINGS:
        await rows.pause(_BETWEEN_READINGS, row.job_id, scaled=True, stoppable=False)
        return True
    if not effect.works_on or await rows.seconds_since_sent(row) >= rows.scaled(effect.limit_seconds):
        return False
    await rows.pause(_BETWEEN_READINGS, row.job_id, scaled=True)
    return True


async def reconcile(rows: EffectRows, probe: Probe, row: EffectRow, *, stoppable: bool = True) -> Outputs | None:
    """Probe until it is known whether the effect happened: its outputs, or None if the request may be sent (again).

    Absence counts only if the request's limit had passed before the probe, because the platform may still be working;
    sooner if the platform has answered, or shows that its work has ended. For a create, absence never counts: the
    platform's records do not show every effect on outside systems. Raises EffectFailed if the object belongs to
    another owner or a set effect reached its limit of requests, EffectUndecided if only a person can tell,
    CancelRequested as soon as the job is cancelled, unless the reconciliation is not `stoppable`.
    """
    limit = rows.scaled(probe.limit_seconds)
    pause = _FIRST_PAUSE
    while True:
        remaining = 0.0 if row.window_closed else limit - await rows.seconds_since_sent(row)
        observation = await _observe(probe, row)
        if observation.verdict is Presence.PRESENT and observation.outputs is not None:
            await rows.complete(row, observation.outputs, observation)
            return observation.outputs
        if observation.verdict is Presence.FOREIGN:
            raise await rows.fail(row, observation.reason, observation.evidence, foreign=True, done=Done.UNKNOWN)
        if remaining <= 0 or observation.verdict is Presence.INCOMPLETE:
            await _after_limit(rows, probe, row, observation)
            return None
        seconds = min(rows.scaled(pause), remaining)
        await rows.pause(seconds, row.job_id, stoppable=stoppable)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _observe(probe: Probe, row: EffectRow) -> Observation:
    """What the platform shows; UNKNOWN if it cannot be asked or is not understood."""
    try:
        return await probe.observe(row)
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return Observation(Presence.UNKNOWN, error.message, None, {})


async def _after_limit(rows: EffectRows, probe: Probe, row: EffectRow, observation: Observation) -> None:
    """Allow another request where repeating it is harmless, up to a number of sendings; else ask a person."""
    reasons = "; ".join(filter(None, (row.unclear_answer, observation.reason)))
    message = f"whether it happened cannot be told: {reasons}"
    if probe.kind is EffectKind.SET or (probe.kind.repeatable and observation.verdict is Presence.ABSENT):
        if row.unclear_sendings + 1 < MOST_ATTEMPTS:
            await rows.allow_resend(row)
            return
        message = f"{message}; it was sent {row.unclear_sendings + 1} times without a clear answer"
        if probe.kind is EffectKind.SET:
            raise await rows.fail(row, message, observation.evidence, done=Done.UNKNOWN)
    raise await ask_person(rows, row, message)
