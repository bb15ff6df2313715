"""How a question to the platform is asked again on passing trouble, and how its answer is read."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from pydantic import ValidationError

from registration.errors import (
    PlatformBusy,
    PlatformNotReached,
    PlatformNotUnderstood,
    PlatformUnclear,
    RegistrationError,
    TransientError,
)
from registration.platform.errors import NOT_KEPT, json_object, meaning, shown_body
from registration.platform.status import Answer

T = TypeVar("T")
A = TypeVar("A", bound=Answer)

_LONGEST = 500


class PlatformGarbled(PlatformNotUnderstood):
    """An answer that is no JSON object: it may be better the next time."""


async def ask(once: Callable[[], Awaitable[T]], patience: float) -> T:
    """The result of `once`, tried again with growing pauses for `patience` seconds.

    Raises PlatformNotReached, PlatformUnclear or PlatformNotUnderstood in the end, every clear no at once.
    """
    deadline, pause = time.monotonic() + patience, patience / 60
    while True:
        try:
            return await once()
        except (TransientError, PlatformUnclear, PlatformGarbled) as error:
            wait = max(pause, error.retry_after or 0) if isinstance(error, PlatformBusy) else pause
            if time.monotonic() + wait >= deadline:
                raise _given_up(error) from error
        await asyncio.sleep(wait)
        pause = min(2 * pause, patience / 4)


def _given_up(error: RegistrationError) -> RegistrationError:
    if isinstance(error, PlatformNotReached | PlatformUnclear | PlatformGarbled):
        return error
    return PlatformUnclear(f"The platform did not answer a question: {error.message}", **error.details)


def read_question(response: httpx.Response, answer: type[A], secrets: tuple[str, ...], *, keeps_body: bool) -> A:
    """The typed answer; raises PlatformNotUnderstood if it is not as agreed, and what `meaning` says if it is none.

    An answer whose members are passwords and keys keeps no body in its errors.
    """
    body = json_object(response)
    if not response.is_success or (body is not None and body.get("success") is False):
        raise meaning(response, body, secrets, keeps_body=keeps_body)
    shown = {
        "path": response.request.url.path,
        "body": shown_body(response, body, secrets) if keeps_body else NOT_KEPT,
    }
    if body is None:
        raise PlatformGarbled("The platform's answer is not a JSON object", **shown)
    try:
        return answer.model_validate_json(json.dumps(body))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        message = f"The platform's answer is not as agreed: {wrong[:_LONGEST]}"
        raise PlatformNotUnderstood(message, **shown) from error
