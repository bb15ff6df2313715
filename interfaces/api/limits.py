"""Rate limits: how often one person may ask, by kind of request, counted in the memory of this process."""

from collections.abc import Awaitable, Callable
from enum import Enum
from math import ceil
from time import time
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from interfaces.api.auth import Caller, signed_in
from interfaces.api.problems import ProblemError


class Kind(Enum):
    """A kind of request, and how many of it a person may make in a minute.

    An open page of the original's client asks twelve times a minute for its batch, and for twelve sub-steps at once.
    """

    READ = ("read", 600)
    WRITE = ("write", 60)
    ANSWER = ("answer", 30)
    START = ("start", 10)
    CREDENTIALS = ("credentials", 10)

    @property
    def per_minute(self) -> int:
        """How many requests of this kind are let through."""
        return self.value[1]


class Limits:
    """The counters of one process; two processes behind one address let through twice as much."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, kind: Kind, caller: Caller) -> dict[str, str]:
        """Count one request; the headers that say what is left. Raises ProblemError (429)."""
        item = RateLimitItemPerMinute(kind.per_minute)
        key = (kind.name, str(caller.organisation_id), caller.subject)
        allowed = await self._limiter.hit(item, *key)
        window = await self._limiter.get_window_stats(item, *key)
        seconds = str(max(1, ceil(window.reset_time - time())))
        headers = {
            "RateLimit-Limit": str(kind.per_minute),
            "RateLimit-Remaining": str(max(0, window.remaining)),
            "RateLimit-Reset": seconds,
        }
        if not allowed:
            detail = f"more than {kind.per_minute} requests of this kind in a minute"
            hint = f"try again in {seconds} s"
            raise ProblemError(429, "TOO_MANY_REQUESTS", detail, hint=hint, headers=headers | {"Retry-After": seconds})
        return headers


def limited(kind: Kind) -> Callable[[Request, Caller], Awaitable[None]]:
    """A dependency that counts a request of a signed-in person."""

    async def count(request: Request, caller: Annotated[Caller, Depends(signed_in)]) -> None:
        await count_once(request, kind, caller)

    return count


async def count_once(request: Request, kind: Kind, caller: Caller) -> None:
    """Count a request, unless it has been counted already. Raises ProblemError (429)."""
    if getattr(request.state, "counted", False):
        return
    limits: Limits = request.app.state.limits
    request.state.headers = await limits.count(kind, caller)
    request.state.counted = True
