"""One effect: what is to happen on the platform, how it is probed, and its row in the ledger."""

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
from registration.states import SubStepStatus
from registration.workflow.sub_steps import EffectKind

MOST_ATTEMPTS = 4
"""How often a request is sent in all if each sending ends without an outcome; a person's decision counts anew."""


@dataclass(frozen=True)
class EffectRow:
    """One effect of one job, as its row was read, with what this process has written to it since.

    `sent_at` is there while a request is in flight, and after one that did not end in a clear no; `sent_ago` is its age
    in seconds when the row was read. `outputs` are there once the effect is completed.

    Until then the row remembers its requests: `previous_sent_at` is when an earlier one without a clear answer was
    sent, `unclear_sendings` how many there were before the last one. `window_closed`: nothing of what was sent can
    still take effect. `resend_approved`: a person wants it done once more. `restored`: the database was taken back to
    an older state, after which the effect may have happened. `answered`: `error_message` has the platform's own words.
    """

    job_id: UUID
    name: str
    status: SubStepStatus
    generation: int
    attempt: int
    idempotency_key: str | None
    intent_at: datetime | None
    sent_at: datetime | None
    sent_ago: float | None
    outputs: dict[str, Any] | None
    error_message: str | None
    skip_reason: str | None
    needs_person: bool
    previous_sent_at: datetime | None
    window_closed: bool
    resend_approved: bool
    unclear_sendings: int
    restored: bool
    answered: bool

    @property
    def ever_sent(self) -> bool:
        """Whether the platform may have done it for us."""
        return self.sent_at is not None or self.previous_sent_at is not None

    @property
    def next_key(self) -> str:
        """The idempotency key of the requests of this generation."""
        return f"{self.job_id}:{self.name}:{self.generation}"

    @property
    def unclear_answer(self) -> str | None:
        """The last answer in the platform's words, where the answer was not clear."""
        return self.error_message if self.answered and not self.needs_person else None


@dataclass(frozen=True)
class Probe:
    """How an effect is observed: `limit_seconds` after its request was sent, an absent effect can no longer appear."""

    name: str
    kind: EffectKind
    limit_seconds: float
    observe: Callable[[EffectRow], Awaitable[Observation]]


@dataclass(frozen=True)
class Effect(Probe):
    """One thing to do on the platform: how it is requested, observed and read back.

    `observe` and `read_back` ask the platform, the latter with the outputs of its success, and until the request's
    limit if the platform `works_on` after its answer. `read` turns a clear success into outputs, `there` the platform's
    statement that the thing exists already (None: that is no success). `foreign` is the reason why a success is about
    an object of another owner. `slots` are held from the probe to the answer. `spacing_key` names the slot that is
    claimed together with `sent_at`, for `spacing_seconds`, else as for an account; with `one_at_a_time` the slot is
    free again once the request has ended.
    """

    request: PlatformRequest
    read_back: Callable[[EffectRow, Outputs], Awaitable[Observation]]
    read: Callable[[Mapping[str, Any]], Outputs]
    foreign: Callable[[Outputs], str | None] = lambda _outputs: None
    there: Callable[[AlreadyThere], Outputs | None] = lambda _there: None
    works_on: bool = False
    slots: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    spacing_key: str | None = None
    spacing_seconds: float | None = None
    one_at_a_time: bool = False
