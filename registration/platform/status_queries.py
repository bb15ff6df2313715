"""How a query to the platform is repeated after a temporary failure, and how its answer is read."""

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
    """An answer that is not a JSON object; a repeated query may succeed."""


async def retry_query(once: Callable[[], Awaitable[T]], patience: float) -> T:
    """The result of `once`, retried with growing pauses for `patience` seconds.

    Raises PlatformNotReached, PlatformUnclear or PlatformNotUnderstood in the end, and a refusal immediately.
    """
    deadline, pause = time.monotonic() + patience, patience / 60
    while True:
        try:
            return await once()
        except (TransientError, PlatformUnclear, PlatformGarbled) as error:
            wait = max(pause, error.retry_after or 0) if isinstance(error, PlatformBusy) else pause
            if time.monotonic() + wait >= deadline:
                raise _final_error(error) from error
        await asyncio.sleep(wait)
        pause = min(2 * pause, patience / 4)


def _final_error(error: RegistrationError) -> RegistrationError:
    if isinstance(error, PlatformNotReached | PlatformUnclear | PlatformGarbled):
        return error
    return PlatformUnclear(f"The platform did not answer a question: {error.message}", **error.details)


def read_query_answer(response: httpx.Response, answer: type[A], secrets: tuple[str, ...], *, keeps_body: bool) -> A:
    """The typed answer. Raises PlatformNotUnderstood if a success cannot be read, else the error of `meaning`.

    With `keeps_body` false its errors do not keep the body, which may contain passwords and keys.
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
        wrong = "; ".join(f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors())
        message = f"The platform's answer is not as agreed: {wrong[:_LONGEST]}"
        raise PlatformNotUnderstood(message, **shown) from error
