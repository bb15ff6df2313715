"""One effect: what is to happen on the outside, and its row in the ledger as this process knows it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from registration.effects.evidence import Observation
from registration.effects.outputs import Outputs
from registration.errors import AlreadyThere
from registration.platform.requests import PlatformRequest
from registration.workflow.sub_steps import EffectKind

MOST_ATTEMPTS = 4
"""How often a request is sent in all if each sending ends without an outcome; a person's decision counts anew."""


@dataclass(frozen=True)
class Entry:
    """One effect of one job as this process knows it.

    `outputs` are there once it is completed; `sent_before`: an earlier request of it did not get a clear answer;
    `over`: nothing of what was sent can still be under way; `do_again`: a person said so; `unclear`: how many requests
    before this one were sent and never clearly answered. `said`: the last answer in words, where it was not clear.
    `restored`: the database was taken back to an older state since, so that it may be done though no row says so.
    """

    job_id: UUID
    name: str
    idempotency_key: str
    attempt: int
    sent_at: datetime | None = None
    outputs: dict[str, Any] | None = None
    sent_before: datetime | None = None
    over: bool = False
    do_again: bool = False
    unclear: int = 0
    said: str | None = None
    restored: bool = False

    @property
    def kept(self) -> dict[str, Any]:
        """What of its history the row keeps until there is an outcome."""
        sent_before = self.sent_before.isoformat() if self.sent_before else None
        kept = {"sent_before": sent_before, "over": self.over, "do_again": self.do_again, "unclear": self.unclear}
        return {name: value for name, value in kept.items() if value}

    @property
    def ever_sent(self) -> bool:
        """Whether the platform may have done it for us."""
        return self.sent_at is not None or self.sent_before is not None


@dataclass(frozen=True)
class Probe:
    """An effect as it is looked for: `limit_seconds` after it was sent, what is not there will not come any more."""

    name: str
    kind: EffectKind
    limit_seconds: float
    look: Callable[[Entry], Awaitable[Observation]]


@dataclass(frozen=True)
class Effect(Probe):
    """One thing to do on the outside: how it is asked for, looked for and read back.

    `look` and `read_back` ask the platform, the latter with the outputs of its success, and until the request's limit
    if it `works_on` after that; `read` turns its clear success into outputs, `there` the platform's word that it is
    there already (None: that is no success); `foreign` says why a success belongs to a foreign thing; `slots` are held
    from the look to the answer; `spacing_key` names the slot that is claimed together with `sent`, for
    `spacing_seconds`, else as for an account; with `one_at_a_time` the slot is free again once the request has ended.
    """

    request: PlatformRequest
    read_back: Callable[[Entry, Outputs], Awaitable[Observation]]
    read: Callable[[Mapping[str, Any]], Outputs]
    foreign: Callable[[Outputs], str | None] = lambda _outputs: None
    there: Callable[[AlreadyThere], Outputs | None] = lambda _there: None
    works_on: bool = False
    slots: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    spacing_key: str | None = None
    spacing_seconds: float | None = None
    one_at_a_time: bool = False
