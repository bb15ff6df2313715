"""Maps every answer of the platform, and every failure to get one, to an error. This is the only place of the mapping.

nothing was sent          refused, unknown host, connect timeout, proxy         PlatformNotReached
too busy                  429                                                   PlatformBusy
not ready                 503 with `retryable: true`; a 500 of the checks       PlatformNotReady
                          before every route
unavailable               503 with `success: false`                             PlatformUnavailable
refused                   `success: false` in a 2xx, any other 4xx, a 500       PlatformRefused and its kinds
                          whose message means that nothing had begun
ended, effect not known   any other 500 with `success: false`                   PlatformEnded
effect not known          everything else: timeouts, cut connections, other     PlatformUnclear
                          5xx, redirects, a 2xx without `success`
"""

import json
import re
from collections.abc import Iterable
from typing import Any

import httpx
from pydantic import JsonValue

from registration.errors import (
    PlatformBusy,
    PlatformEnded,
    PlatformNotReached,
    PlatformNotReady,
    PlatformUnavailable,
    PlatformUnclear,
    RegistrationError,
)
from registration.kit.documents import read_json
from registration.kit.http import is_cut, retry_after
from registration.kit.redaction import redact, without_commands, without_entities
from registration.platform.refusals import had_not_begun, refusal

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
"""The mapping by the nearest base class; OSError includes TimeoutError, which ends a request at its time limit."""

_MESSAGE_LENGTH = 200
BODY_LENGTH = 4000
NOT_KEPT = "not kept: the answer may carry passwords and keys"
_MESSAGE_FIELDS = ("message", "error", "details")
_BEFORE_THE_ROUTE = {"error", "message"}
_BEGINS = re.compile(r'\s{0,20}\{\s{0,20}"success"\s{0,20}:\s{0,20}true\s{0,20},\s{0,20}"data"\s{0,20}:')
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]*)", re.IGNORECASE)


def no_answer(error: Exception, path: str, secrets: Iterable[str]) -> RegistrationError:
    """The error for a request without a response."""
    kind = next(NO_ANSWER[base] for base in type(error).__mro__ if base in NO_ANSWER)
    detail = redact(str(error), secrets)[:_MESSAGE_LENGTH]
    failure = "could not be reached" if kind is PlatformNotReached else "gave no clear answer"
    cause = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return kind(f"The platform {failure} ({cause})", path=path, cause=cause)


def read_answer(response: httpx.Response, secrets: Iterable[str], *, keeps_body: bool = True) -> dict[str, JsonValue]:
    """The body of a success. Raises the error for any other answer, with the body if `keeps_body`."""
    body = json_object(response)
    if response.is_success and body is not None and body.get("success") is True:
        return body | _message_fields(body, tuple(secrets))
    raise meaning(response, body, secrets, keeps_body=keeps_body)


def json_object(response: httpx.Response) -> dict[str, JsonValue] | None:
    """The body if it is a JSON object, its texts without control characters."""
    try:
        value = read_json(response.content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def begins_with_success(response: httpx.Response) -> bool:
    """True if an answer that was cut for its length begins with `success: true` and `data`."""
    return response.is_success and is_cut(response) and _BEGINS.match(response.text[:_MESSAGE_LENGTH]) is not None


def _message_fields(body: dict[str, JsonValue], secrets: tuple[str, ...]) -> dict[str, JsonValue]:
    """The messages of a success, without secrets: one of them may become the reason of a failure."""
    texts = {name: body.get(name) for name in _MESSAGE_FIELDS}
    return {name: redact(text, secrets) for name, text in texts.items() if isinstance(text, str)}


def meaning(
    response: httpx.Response, body: dict[str, JsonValue] | None, secrets: Iterable[str], *, keeps_body: bool = True
) -> RegistrationError:
    """The error for an answer that is not a success; `body` is its JSON object, if it has one."""
    secrets, status = tuple(secrets), response.status_code
    is_refusal = body is not None and body.get("success") is False
    shown = redact(_without_commands(response, body), secrets)
    message = redact(_text(response, body, shown), secrets)[:_MESSAGE_LENGTH]
    details: dict[str, Any] = {
        "path": response.request.url.path,
        "status": status,
        "body": shown[:BODY_LENGTH] if keeps_body else NOT_KEPT,
    }
    if status == 429:
        return PlatformBusy(message, retry_after(response.headers), **details)
    if _is_not_ready(status, body):
        return PlatformNotReady(message, **details)
    if status == 503 and is_refusal:
        return PlatformUnavailable(message, **details)
    ended = status == 500 and is_refusal
    if response.is_client_error or (response.is_success and is_refusal) or (ended and had_not_begun(response, message)):
        return refusal(response, body, message, details)
    return (PlatformEnded if ended else PlatformUnclear)(message, **details)


def _is_not_ready(status: int, body: dict[str, JsonValue] | None) -> bool:
    """True if the check of key and feature flags before every route could not be made; no route has begun then.

    The check says `retryable`, or fails with exactly two members; a route's own failure has `success`.
    """
    if body is None:
        return False
    if status == 503:
        return body.get("retryable") is True
    return status == 500 and body.keys() == _BEFORE_THE_ROUTE


def shown_body(response: httpx.Response, body: dict[str, JsonValue] | None, secrets: Iterable[str]) -> str:
    """The beginning of the body as errors keep it; `body` is its JSON object, if it has one."""
    return redact(_without_commands(response, body), secrets)[:BODY_LENGTH]


def _without_commands(response: httpx.Response, body: dict[str, JsonValue] | None) -> str:
    """The body without command lines of failed scripts; JSON is cleaned text by text."""
    return response.text if body is None else json.dumps(_cleaned(body), ensure_ascii=False)


def _cleaned(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return without_commands(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list) else value


def _text(response: httpx.Response, body: dict[str, JsonValue] | None, shown: str) -> str:
    """`message`, else `error` (a text, or an object with a message), else the title of an HTML page."""
    error = (body or {}).get("error")
    messages = ((body or {}).get("message"), error.get("message") if isinstance(error, dict) else error)
    title = _TITLE.search(shown)
    texts = (*messages, without_entities(title[1]) if title else None)
    lines = (" ".join(without_commands(text).split()) for text in texts if isinstance(text, str))
    fallback = "in an answer that is too long" if is_cut(response) else "without an explanation"
    return next(filter(None, lines), f"HTTP {response.status_code} {fallback}")
