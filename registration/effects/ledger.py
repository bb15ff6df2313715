"""The effect ledger: how nothing is done twice on the outside, also while the platform is away or busy."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from registration.effects.entries import Done, LedgerEntries
from registration.effects.evidence import Observation, Presence
from registration.effects.model import MOST_ATTEMPTS, Effect, Entry, Probe
from registration.effects.outputs import Outputs
from registration.effects.settling import look_after_refusal, look_first, must_look, read_back, settle
from registration.errors import (
    EffectFailed,
    EffectUndecided,
    PlatformBusy,
    PlatformEnded,
    PlatformNotReached,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    TransientError,
)
from registration.platform.client import PlatformClient

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0


class WaitBudget:
    """Grows from 2 to 60 seconds a wait, `platform_patience_seconds` in all; waiting for a turn does not count."""

    def __init__(self, entries: LedgerEntries, job_id: UUID) -> None:
        self._entries = entries
        self._job_id = job_id
        self._pause = _FIRST_PAUSE
        self._left = entries.wait_budget

    async def wait(self, retry_after: float | None) -> bool:
        """Wait as long as the platform asks, else a growing pause; False when it was waited for long enough.

        `retry_after` is in real seconds, as the platform gave it. Raises StopRequested once the job is cancelled.
        """
        seconds = retry_after or self._entries.scaled(self._pause)
        if seconds > self._left:
            return False
        self._left -= seconds
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        await self._entries.pause_unless_stopped(seconds, self._job_id)
        return True


_AGAIN_SECONDS, _TIMES_LONGER = 5.0, 3
"""Before the second sending of a request without a clear answer, and how much longer before each further one."""

_ENDED = (PlatformRefused, PlatformUnavailable, PlatformBusy, PlatformNotReached, PlatformEnded)
"""After these nothing of the request is under way."""


class Ledger:
    """Carries out effects of one batch for this process."""

    def __init__(self, platform: PlatformClient, entries: LedgerEntries) -> None:
        self._platform = platform
        self._entries = entries

    async def perform(self, job_id: UUID, effect: Effect) -> Outputs:
        """Make the effect happen exactly once, and return what it gave.

        Raises EffectFailed (the row is failed), EffectUndecided (a person must settle it), PlatformUnavailable (the row
        is retrying: call again), Stopped (nothing was sent).
        """
        wait_budget = WaitBudget(self._entries, job_id)
        while True:
            entry = await self._entries.intend(job_id, effect.name, effect.request.fingerprint)
            if entry.outputs is not None:
                return effect.read(entry.outputs)
            if entry.sent_at is None:
                found = await self._attempt(effect, entry, wait_budget)
            else:
                found = await self._settle(effect, entry)
            if found is not None:
                return found

    async def _settle(self, effect: Effect, entry: Entry) -> Outputs | None:
        """Find out what became of it; before it is sent again there is a growing pause."""
        found = await settle(self._entries, effect, entry)
        if found is None:
            seconds = self._entries.scaled(_AGAIN_SECONDS * _TIMES_LONGER**entry.unclear)
            await self._entries.pause_unless_stopped(seconds, entry.job_id)
        return found

    async def adopt(self, job_id: UUID, name: str, outputs: Outputs, look: Observation) -> Outputs:
        """Complete an effect that is there already, without sending anything."""
        entry = await self._entries.intend(job_id, name, fingerprint="adopted")
        if entry.outputs is None:
            await self._entries.completed(entry, outputs, look)
        return outputs

    async def settle(self, job_id: UUID, probe: Probe) -> Outputs | None:
        """Find out, by looking only, what became of an effect that was sent; None (and pending) if it did not happen.

        Raises EffectFailed, and EffectUndecided if only a person can tell.
        """
        entry = await self._entries.intend(job_id, probe.name, fingerprint="settled")
        return await settle(self._entries, probe, entry, stoppable=False)

    async def refuse(self, job_id: UUID, name: str, message: str) -> EffectFailed | EffectUndecided:
        """Fail an effect that cannot be asked for; returns the error to raise.

        One that is out already without an outcome is left unknown, for a person.
        """
        entry = await self._entries.intend(job_id, name, fingerprint="refused")
        if entry.sent_at is None:
            return await self._entries.failed(entry, message, {})
        await self._entries.undecided(entry, message)
        return EffectUndecided(message, effect=name, job_id=str(job_id))

    async def _attempt(self, effect: Effect, entry: Entry, wait_budget: WaitBudget) -> Outputs | None:
        """Send it once, unless it is there; None if the row says what is to be done next."""
        try:
            async with effect.slots():
                self._entries.check_may_begin(entry.job_id)
                if must_look(effect, entry):
                    found = await look_first(self._entries, effect, entry)
                    if found is not None:
                        return found
                # From here on the entry carries its own `sent_at`: what follows is written for this request alone.
                spacing = (effect.spacing_key, effect.spacing_seconds)
                entry = await self._entries.sent(entry, *spacing, freed_early=effect.one_at_a_time)
                try:
                    answer = await self._send(effect, entry)
                except PlatformRefused as refused:
                    return await look_after_refusal(self._entries, effect, entry, refused)
            return await self._conclude(effect, entry, answer)
        except (PlatformNotReached, PlatformBusy) as busy:
            await self._wait(effect, await self._entries.not_sent(entry), wait_budget, busy)
        except PlatformUnavailable as unavailable:
            await self._try_again(entry, unavailable)
        except PlatformUnclear as unclear:
            await self._entries.unknown(entry, unclear)
        return None

    async def _send(self, effect: Effect, entry: Entry) -> Mapping[str, Any]:
        """The answer; a request that has ended in any way frees its slot, one that may be under way keeps it."""
        try:
            answer = await self._platform.send(effect.request, self._entries.scaled(effect.limit_seconds))
        except _ENDED:
            await self._free_slot(effect, entry)
            raise
        await self._free_slot(effect, entry)
        return answer

    async def _free_slot(self, effect: Effect, entry: Entry) -> None:
        if effect.one_at_a_time and effect.spacing_key is not None:
            await self._entries.free_spacing(entry, effect.spacing_key, effect.spacing_seconds or effect.limit_seconds)

    async def _conclude(self, effect: Effect, entry: Entry, answer: Mapping[str, Any]) -> Outputs:
        try:
            outputs = effect.read(answer)
        except ValidationError as error:
            raise PlatformEnded(f"the platform's success lacks what it must name: {_fields(error)}") from error
        if (failure := outputs.failure()) is not None:
            raise await self._entries.failed(entry, failure, outputs.model_dump(mode="json"), done=Done.A_PART)
        if (missing := outputs.missing()) is not None:
            raise PlatformUnavailable(missing)  # the next request is for what is missing
        if entry.sent_before is None and (foreign := effect.foreign(outputs)) is not None:
            raise await self._entries.failed(entry, foreign, {}, foreign=True)
        look = await read_back(self._entries, effect, entry, outputs)
        if look.verdict is Presence.INCOMPLETE or (effect.works_on and look.verdict is Presence.PARTIAL):
            # The next request is for what is missing. Work that has not ended at the limit has lost its process.
            raise PlatformUnavailable(look.reason, **look.evidence)
        if look.verdict not in (Presence.PRESENT, Presence.UNKNOWN):
            reason = f"the platform said success, but {look.reason}"
            if not effect.kind.repeatable and look.verdict is Presence.ABSENT:
                await self._entries.undecided(entry, reason)
                raise EffectUndecided(reason, effect=effect.name, job_id=str(entry.job_id))
            raise await self._entries.failed(entry, reason, look.evidence, done=Done.NOBODY_KNOWS)
        if look.outputs is not None:
            outputs = outputs.completed_by(look.outputs)
        await self._entries.completed(entry, outputs, look)
        return outputs

    async def _wait(self, effect: Effect, entry: Entry, wait_budget: WaitBudget, busy: TransientError) -> None:
        retry_after = busy.retry_after if isinstance(busy, PlatformBusy) else None
        if retry_after is not None and effect.spacing_key is not None:
            # All accounts of the organisation wait for this slot: one mad answer must not stop them for days.
            await self._entries.push_spacing(effect.spacing_key, min(retry_after, self._entries.wait_budget))
        if not await wait_budget.wait(retry_after):
            raise await self._entries.failed(entry, f"the platform stayed away: {busy.message}", busy.details)

    async def _try_again(self, entry: Entry, unavailable: PlatformUnavailable) -> None:
        if entry.attempt + 1 >= MOST_ATTEMPTS:
            raise await self._entries.failed(entry, unavailable.message, unavailable.details) from unavailable
        await self._entries.retrying(entry, unavailable)
        raise unavailable


def _fields(error: ValidationError) -> str:
    return ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
