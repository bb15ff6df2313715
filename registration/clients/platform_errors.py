"""What every answer of the platform, and every way of getting none, means. The one place of this mapping.

nothing was sent          refused, no host, no connection in time, proxy        PlatformNotReached
too busy                  429                                                   PlatformBusy
not now                   503 in the platform's own words                       PlatformUnavailable
a clear no                `success: false` in a 2xx, any other 4xx              PlatformRefused
nobody knows              all the rest: timeouts, cut connections, other 5xx,   PlatformUnclear
                          redirects, a 2xx that does not say `success`
"""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from registration.clients.platform_request import redact
from registration.clients.retry_after import retry_after
from registration.errors import (
    PlatformBusy,
    PlatformNotReached,
    PlatformRefused,
    PlatformUnavailable,
    PlatformUnclear,
    RegistrationError,
)

NO_ANSWER: dict[type[Exception], type[RegistrationError]] = {
    httpx.ConnectError: PlatformNotReached,
    httpx.ConnectTimeout: PlatformNotReached,
    httpx.PoolTimeout: PlatformNotReached,
    httpx.ProxyError: PlatformNotReached,
    httpx.UnsupportedProtocol: PlatformNotReached,
    httpx.HTTPError: PlatformUnclear,
    httpx.InvalidURL: PlatformUnclear,
    httpx.CookieConflict: PlatformUnclear,
    httpx.StreamError: PlatformUnclear,
    OSError: PlatformUnclear,
}
"""By the nearest class; OSError includes TimeoutError, which ends a request that takes longer than its limit."""

_MESSAGE_LENGTH = 200
BODY_LENGTH = 4000
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_JSON = TypeAdapter[JsonValue](JsonValue)


def no_answer(error: Exception, path: str, secrets: Iterable[str]) -> RegistrationError:
    """The error for a request that got no answer."""
    kind = next(NO_ANSWER[base] for base in type(error).__mro__ if base in NO_ANSWER)
    said = redact(str(error), secrets)[:_MESSAGE_LENGTH]
    what = "could not be reached" if kind is PlatformNotReached else "gave no clear answer"
    cause = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return kind(f"The platform {what} ({cause})", path=path, cause=cause)


def read_answer(response: httpx.Response, secrets: Iterable[str]) -> dict[str, JsonValue]:
    """The body of a success; raises what any other answer means."""
    body = json_object(response)
    if response.is_success and body is not None and body.get("success") is True:
        return body
    raise meaning(response, body, secrets)


def json_object(response: httpx.Response) -> dict[str, JsonValue] | None:
    """The body if it is a JSON object."""
    try:
        value = _JSON.validate_json(response.content)
    except ValidationError:
        return None
    return value if isinstance(value, dict) else None


def meaning(response: httpx.Response, body: dict[str, JsonValue] | None, secrets: Iterable[str]) -> RegistrationError:
    """The error for an answer that is no success; `body` is its JSON object, if it is one."""
    secrets, status = tuple(secrets), response.status_code
    says_no = body is not None and body.get("success") is False
    message = redact(_text(response, body), secrets)[:_MESSAGE_LENGTH]
    details: dict[str, Any] = {
        "path": response.request.url.path,
        "status": status,
        "body": redact(response.text, secrets)[:BODY_LENGTH],
    }
    if status == 429:
        return PlatformBusy(message, retry_after(response.headers), **details)
    if status == 503 and says_no:
        return PlatformUnavailable(message, **details)
    refused = response.is_client_error or (response.is_success and says_no)
    return PlatformRefused(message, **details) if refused else PlatformUnclear(message, **details)


def _text(response: httpx.Response, body: dict[str, JsonValue] | None) -> str:
    """`message`, else `error` (a text, or an object with a message), else the title of an HTML page."""
    error = (body or {}).get("error")
    said = ((body or {}).get("message"), error.get("message") if isinstance(error, dict) else error)
    title = _TITLE.search(response.text)
    texts = (*said, unescape(title[1]) if title else None)
    lines = (" ".join(text.split()) for text in texts if isinstance(text, str))
    return next(filter(None, lines), f"HTTP {response.status_code} without an explanation")
