"""What every answer of the platform, and every way of getting none, means. The one place of this mapping.

nothing was sent          refused, no host, no connection in time, proxy        PlatformNotReached
too busy                  429                                                   PlatformBusy
not now                   503 with `success: false` or `retryable: true`; a 500 PlatformUnavailable
                          of what stands before every route
a clear no                `success: false` in a 2xx, any other 4xx, a 500       PlatformRefused and its kinds
                          whose words say that nothing had begun
ended, effect not known   any other 500 with `success: false`                   PlatformEnded
nobody knows              all the rest: timeouts, cut connections, other 5xx,   PlatformUnclear
                          redirects, a 2xx that does not say `success`
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
"""By the nearest class; OSError includes TimeoutError, which ends a request that takes longer than its limit."""

_MESSAGE_LENGTH = 200
BODY_LENGTH = 4000
NOT_KEPT = "not kept: the answer may carry passwords and keys"
_WORDS = ("message", "error", "details")
_BEFORE_THE_ROUTE = {"error", "message"}
_BEGINS = re.compile(r'\s{0,20}\{\s{0,20}"success"\s{0,20}:\s{0,20}true\s{0,20},\s{0,20}"data"\s{0,20}:')
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]*)", re.IGNORECASE)


def no_answer(error: Exception, path: str, secrets: Iterable[str]) -> RegistrationError:
    """The error for a request that got no answer."""
    kind = next(NO_ANSWER[base] for base in type(error).__mro__ if base in NO_ANSWER)
    said = redact(str(error), secrets)[:_MESSAGE_LENGTH]
    what = "could not be reached" if kind is PlatformNotReached else "gave no clear answer"
    cause = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return kind(f"The platform {what} ({cause})", path=path, cause=cause)


def read_answer(response: httpx.Response, secrets: Iterable[str], *, keeps_body: bool = True) -> dict[str, JsonValue]:
    """The body of a success; raises what any other answer means, with the body if the error may keep it."""
    body = json_object(response)
    if response.is_success and body is not None and body.get("success") is True:
        return body | _told(body, tuple(secrets))
    raise meaning(response, body, secrets, keeps_body=keeps_body)


def json_object(response: httpx.Response) -> dict[str, JsonValue] | None:
    """The body if it is a JSON object, with texts that can be stored."""
    try:
        value = read_json(response.content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def begins_with_success(response: httpx.Response) -> bool:
    """Whether an answer that was too long to be read whole says success, and what it brings, at its beginning."""
    return response.is_success and is_cut(response) and _BEGINS.match(response.text[:_MESSAGE_LENGTH]) is not None


def _told(body: dict[str, JsonValue], secrets: tuple[str, ...]) -> dict[str, JsonValue]:
    """What a success says in words beside its outputs, without secrets: it may become the reason of a failure."""
    words = {name: body.get(name) for name in _WORDS}
    return {name: redact(said, secrets) for name, said in words.items() if isinstance(said, str)}


def meaning(
    response: httpx.Response, body: dict[str, JsonValue] | None, secrets: Iterable[str], *, keeps_body: bool = True
) -> RegistrationError:
    """The error for an answer that is no success; `body` is its JSON object, if it is one."""
    secrets, status = tuple(secrets), response.status_code
    says_no = body is not None and body.get("success") is False
    shown = redact(_without_commands(response, body), secrets)
    message = redact(_text(response, body, shown), secrets)[:_MESSAGE_LENGTH]
    details: dict[str, Any] = {
        "path": response.request.url.path,
        "status": status,
        "body": shown[:BODY_LENGTH] if keeps_body else NOT_KEPT,
    }
    if status == 429:
        return PlatformBusy(message, retry_after(response.headers), **details)
    if _has_not_begun(status, body):
        return PlatformUnavailable(message, **details)
    ended = status == 500 and says_no
    if response.is_client_error or (response.is_success and says_no) or (ended and had_not_begun(response, message)):
        return refusal(response, body, message, details)
    return (PlatformEnded if ended else PlatformUnclear)(message, **details)


def _has_not_begun(status: int, body: dict[str, JsonValue] | None) -> bool:
    """Whether the platform says that it cannot do anything for now.

    What looks at key and feature flags before every route fails with exactly two members; a route's own failure has
    `success`.
    """
    if body is None:
        return False
    if status == 503:
        return body.get("success") is False or body.get("retryable") is True
    return status == 500 and body.keys() == _BEFORE_THE_ROUTE


def shown_body(response: httpx.Response, body: dict[str, JsonValue] | None, secrets: Iterable[str]) -> str:
    """The beginning of the body, as errors keep it; `body` is its JSON object, if it is one."""
    return redact(_without_commands(response, body), secrets)[:BODY_LENGTH]


def _without_commands(response: httpx.Response, body: dict[str, JsonValue] | None) -> str:
    """The body without the lines of commands that failed; in JSON such a line ends within its text."""
    return response.text if body is None else json.dumps(_cleaned(body), ensure_ascii=False)


def _cleaned(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return without_commands(value)
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def _text(response: httpx.Response, body: dict[str, JsonValue] | None, shown: str) -> str:
    """`message`, else `error` (a text, or an object with a message), else the title of an HTML page."""
    error = (body or {}).get("error")
    said = ((body or {}).get("message"), error.get("message") if isinstance(error, dict) else error)
    title = _TITLE.search(shown)
    texts = (*said, without_entities(title[1]) if title else None)
    lines = (" ".join(without_commands(text).split()) for text in texts if isinstance(text, str))
    otherwise = "in an answer that is too long" if is_cut(response) else "without an explanation"
    return next(filter(None, lines), f"HTTP {response.status_code} {otherwise}")
