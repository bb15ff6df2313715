"""One effect: what is to happen on the outside, and its row in the ledger as this process knows it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from registration.clients.platform_request import PlatformRequest
from registration.evidence import Look
from registration.models.outputs import Outputs
from registration.sub_steps import EffectKind


@dataclass(frozen=True)
class Entry:
    """One effect of one job as this process knows it.

    `outputs` are there once it is completed; `ever_sent` says that an earlier request of it got no clear answer.
    """

    job_id: UUID
    name: str
    idempotency_key: str
    attempt: int
    intent_at: datetime | None = None
    sent_at: datetime | None = None
    outputs: dict[str, Any] | None = None
    ever_sent: bool = False


@dataclass(frozen=True)
class Sought:
    """An effect as it is looked for: `limit_seconds` after it was sent, what is not there will not come any more."""

    name: str
    kind: EffectKind
    limit_seconds: float
    look: Callable[[Entry], Awaitable[Look]]


@dataclass(frozen=True)
class Effect(Sought):
    """One thing to do on the outside: how it is asked for, looked for and read back.

    `look` and `read_back` ask the platform, the latter for up to `read_back_seconds`; `read` turns its clear success
    into outputs; `foreign` says why a success is somebody else's thing; `slots` are held from the look to the answer;
    `spacing_key` names the slot that is claimed together with `sent`.
    """

    request: PlatformRequest
    read_back: Callable[[Entry], Awaitable[Look]]
    read: Callable[[Mapping[str, Any]], Outputs]
    foreign: Callable[[Outputs], str | None] = lambda _outputs: None
    read_back_seconds: float = 15
    slots: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    spacing_key: str | None = None
