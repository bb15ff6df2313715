"""The effect ledger: how nothing is done twice on the outside, also while the platform is away or busy."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from registration.effects.effect_rows import Done, EffectRows
from registration.effects.evidence import Observation, Presence
from registration.effects.models import MOST_ATTEMPTS, Effect, EffectRow, Probe
from registration.effects.outputs import Outputs
from registration.effects.reconciling import (
    ask_person,
    must_probe_first,
    probe_after_refusal,
    probe_first,
    read_back,
    reconcile,
)
from registration.errors import (
    EffectFailed,
    EffectUndecided,
    PlatformBusy,
    PlatformEnded,
    PlatformNotReached,
    PlatformNotReady,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    RegistrationError,
)
from registration.platform.client import PlatformClient

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0
_RESEND_SECONDS, _TIMES_LONGER = 5.0, 3
"""The pause before the second sending of a request without a clear answer; each further pause is so much longer."""
_OUTAGE = {"outage": "platform"}
"""Marks a failure for which no restaurant is the cause: it does not count for the failure threshold."""
_ENDED = (PlatformRefused, PlatformUnavailable, PlatformBusy, PlatformNotReached, PlatformEnded)
"""After these errors the platform does not work on the request any more."""


class WaitBudget:
    """How long one effect waits for a platform that is busy: pauses from 2 to 60 seconds, or as the platform asks.

    All pauses together take `outage_patience_seconds`; waiting for a slot does not count.
    """

    def __init__(self, rows: EffectRows, job_id: UUID) -> None:
        self._rows = rows
        self._job_id = job_id
        self._pause = _FIRST_PAUSE
        self._left = rows.wait_budget

    async def wait(self, retry_after: float | None) -> bool:
        """Wait as long as the platform asks, else a growing pause; False if the budget is used up.

        `retry_after` is in real seconds, as the platform gave it. Raises CancelRequested once the job is cancelled.
        """
        seconds = retry_after or self._rows.scaled(self._pause)
        if seconds > self._left:
            return False
        self._left -= seconds
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._rows.pause(seconds, self._job_id)
        return True

    async def pause(self, most: float) -> None:
        """A growing pause of at most so many seconds, which does not use the budget."""
        seconds = min(self._rows.scaled(self._pause), most)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._rows.pause(seconds, self._job_id)


class Ledger:
    """Carries out effects of one batch for this process."""

    def __init__(self, platform: PlatformClient, rows: EffectRows) -> None:
        self._platform = platform
        self._rows = rows

    async def perform(self, job_id: UUID, effect: Effect) -> Outputs:
        """Make the effect happen exactly once, and return its outputs.

        Raises EffectFailed (the row is failed), EffectUndecided (a person must decide), PlatformUnavailable (the row is
        retrying: call again), Stopped (nothing was sent).
        """
        wait_budget = WaitBudget(self._rows, job_id)
        while True:
            row = await self._rows.intend(job_id, effect.name, effect.request.fingerprint)
            if row.outputs is not None:
                return effect.read(row.outputs)
            if row.sent_at is None:
                outputs = await self._attempt(effect, row, wait_budget)
            else:
                outputs = await self._reconcile(effect, row)
            if outputs is not None:
                return outputs

    async def _reconcile(self, effect: Effect, row: EffectRow) -> Outputs | None:
        """Reconcile an effect in flight; before its request is sent again there is a growing pause."""
        outputs = await reconcile(self._rows, effect, row)
        if outputs is None:
            seconds = self._rows.scaled(_RESEND_SECONDS * _TIMES_LONGER**row.unclear_sendings)
            await self._rows.pause(seconds, row.job_id)
        return outputs

    async def adopt(self, job_id: UUID, name: str, outputs: Outputs, observation: Observation) -> Outputs:
        """Complete an effect that exists already, without sending anything."""
        row = await self._rows.intend(job_id, name, fingerprint="adopted")
        if row.outputs is None:
            await self._rows.complete(row, outputs, observation)
        return outputs

    async def reconcile(self, job_id: UUID, probe: Probe) -> Outputs | None:
        """Reconcile an effect in flight by probing alone; None (and pending) if it did not happen.

        Raises EffectFailed, and EffectUndecided if only a person can tell.
        """
        row = await self._rows.intend(job_id, probe.name, fingerprint="reconciled")
        return await reconcile(self._rows, probe, row, stoppable=False)

    async def refuse(self, job_id: UUID, name: str, message: str) -> EffectFailed | EffectUndecided:
        """Fail an effect that cannot be requested; returns the error to raise.

        An effect that is in flight is left unknown, for a person.
        """
        row = await self._rows.intend(job_id, name, fingerprint="refused")
        if row.sent_at is None:
            return await self._rows.fail(row, message, {})
        return await ask_person(self._rows, row, message)

    async def _attempt(self, effect: Effect, row: EffectRow, wait_budget: WaitBudget) -> Outputs | None:
        """Send the request once, unless the effect exists; None if the row says what is to be done next.

        During an outage one request of this process leaves per pause; no slot is held while waiting for it.
        """
        if not self._rows.outage.may_ask():
            await self._wait_for_platform(row, None)
            return None
        try:
            async with effect.slots():
                self._rows.check_may_begin(row.job_id)
                if must_probe_first(effect, row):
                    outputs = await probe_first(self._rows, effect, row)
                    if outputs is not None:
                        return outputs
                # From here on the row carries its own `sent_at`: what follows is written for this request alone.
                spacing = (effect.spacing_key, effect.spacing_seconds)
                row = await self._rows.sender.mark_sent(row, *spacing, freed_early=effect.one_at_a_time)
                try:
                    answer = await self._send(effect, row)
                except PlatformRefused as refused:
                    return await probe_after_refusal(self._rows, effect, row, refused)
            return await self._conclude(effect, row, answer)
        except PlatformNotReached as away:
            self._rows.outage.unanswered()
            await self._wait_for_platform(await self._rows.clear_sent(row), away)
        except PlatformBusy as busy:
            await self._wait(effect, await self._rows.clear_sent(row), wait_budget, busy)
        except PlatformNotReady as not_ready:
            await self._wait_until_ready(await self._rows.clear_sent(row), wait_budget, not_ready)
        except PlatformUnavailable as unavailable:
            await self._retry(row, unavailable)
        except PlatformUnclear as unclear:
            await self._rows.mark_unknown(row, unclear)
        return None

    async def _send(self, effect: Effect, row: EffectRow) -> Mapping[str, Any]:
        """The answer; a request that has ended in any way frees its slot, one that may be in flight keeps it."""
        try:
            answer = await self._platform.send(effect.request, self._rows.scaled(effect.limit_seconds))
        except _ENDED as error:
            if not isinstance(error, PlatformNotReached):
                self._rows.outage.answered()
            await self._free_slot(effect, row)
            raise
        except PlatformUnclear:
            self._rows.outage.answered()  # it was reached
            raise
        self._rows.outage.answered()
        await self._free_slot(effect, row)
        return answer

    async def _free_slot(self, effect: Effect, row: EffectRow) -> None:
        if effect.one_at_a_time and effect.spacing_key is not None:
            seconds = effect.spacing_seconds or effect.limit_seconds
            await self._rows.sender.free_spacing(row, effect.spacing_key, seconds)

    async def _conclude(self, effect: Effect, row: EffectRow, answer: Mapping[str, Any]) -> Outputs:
        """Complete the effect after a clear success, or say why the success is none."""
        try:
            outputs = effect.read(answer)
        except ValidationError as error:
            raise PlatformEnded(f"the platform's success lacks what it must name: {_fields(error)}") from error
        if (failure := outputs.failure()) is not None:
            raise await self._rows.fail(row, failure, outputs.model_dump(mode="json"), done=Done.PART)
        if (missing := outputs.missing()) is not None:
            raise PlatformUnavailable(missing)  # the next request is for what is missing
        if row.previous_sent_at is None and (foreign := effect.foreign(outputs)) is not None:
            raise await self._rows.fail(row, foreign, {}, foreign=True)
        observation = await read_back(self._rows, effect, row, outputs)
        if observation.verdict not in (Presence.PRESENT, Presence.UNKNOWN):
            raise await self._contradicted(effect, row, observation)
        if observation.outputs is not None:
            outputs = outputs.completed_by(observation.outputs)
        await self._rows.complete(row, outputs, observation)
        return outputs

    async def _contradicted(self, effect: Effect, row: EffectRow, observation: Observation) -> Exception:
        """The error to raise after a success that the platform does not show."""
        if observation.verdict is Presence.INCOMPLETE or (effect.works_on and observation.verdict is Presence.PARTIAL):
            # The next request is for what is missing. Work that has not ended at the limit has lost its process.
            return PlatformUnavailable(observation.reason, **observation.evidence)
        reason = f"the platform said success, but {observation.reason}"
        if not effect.kind.repeatable and observation.verdict is Presence.ABSENT:
            return await ask_person(self._rows, row, reason)
        return await self._rows.fail(row, reason, observation.evidence, done=Done.UNKNOWN)

    async def _wait_for_platform(self, row: EffectRow, away: PlatformNotReached | None) -> None:
        """Wait for a platform that cannot be reached; fails the effect once the patience is over."""
        left = await self._rows.time_left(row)
        if left > 0:
            return await self._rows.wait_for_turn(row.job_id, left)
        raise await self._stayed_away(row, away)

    async def _wait_until_ready(self, row: EffectRow, wait_budget: WaitBudget, not_ready: PlatformNotReady) -> None:
        """Wait a growing pause for a platform that answers that it is not ready, with the patience of an outage.

        Other routes may answer meanwhile, so each effect has its own pauses.
        """
        left = await self._rows.time_left(row)
        if left <= 0:
            raise await self._stayed_away(row, not_ready)
        await wait_budget.pause(left)

    async def _stayed_away(self, row: EffectRow, away: RegistrationError | None) -> EffectFailed:
        reason, details = (away.message, away.details) if away else ("it could not be reached", {})
        return await self._rows.fail(row, f"the platform stayed away: {reason}", details | _OUTAGE)

    async def _wait(self, effect: Effect, row: EffectRow, wait_budget: WaitBudget, busy: PlatformBusy) -> None:
        retry_after = busy.retry_after
        if retry_after is not None and effect.spacing_key is not None:
            # All accounts of the organisation wait for this slot: one absurd answer must not stop them for days.
            await self._rows.sender.push_spacing(effect.spacing_key, min(retry_after, self._rows.wait_budget))
        if not await wait_budget.wait(retry_after):
            raise await self._stayed_away(row, busy)

    async def _retry(self, row: EffectRow, unavailable: PlatformUnavailable) -> None:
        if row.attempt + 1 >= MOST_ATTEMPTS:
            raise await self._rows.fail(row, unavailable.message, unavailable.details) from unavailable
        await self._rows.mark_retrying(row, unavailable)
        raise unavailable


def _fields(error: ValidationError) -> str:
    return ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
