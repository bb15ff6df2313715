"""Maps every answer of the NZBN API, and every failure to get one, to an error. This is the only place of the mapping.

no answer                 cut, refused, timeout                       RegisterUnavailable
rate limit, unavailable   429, 403 of a quota that is used up, with   RegisterUnavailable
                          the time to wait; 5xx
missing or invalid key    401, 403                                    MisconfiguredInstallation
no API at this address    404 of a search                             MisconfiguredInstallation
no such entity            404 of an entity                            NotFound
anything else             other status, no JSON, JSON of another      RegisterPageNotUnderstood
                          shape
"""

import re
from typing import TypeVar

import httpx
from pydantic import ValidationError

from registration.companies.nzbn.values import NzbnAnswer, Text, joined
from registration.errors import (
    MisconfiguredInstallation,
    NotFound,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.kit.documents import read_json
from registration.kit.http import is_cut, retry_after
from registration.kit.redaction import redact
from registration.kit.values import reasons

A = TypeVar("A", bound=NzbnAnswer)

KEY_HEADER = "Ocp-Apim-Subscription-Key"
KEY_LOCATION = (
    "the setting REGISTRATION_NZBN_KEY, or the field `subscription_key` of the Prefect block companies-register"
)

_SHORT = 2_000
_QUOTA = re.compile(r"\bquota\b|\bcall volume\b|\brate limit\b|\btoo many (?:calls|requests)\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:replenished|again|reset) in (?:(\d{1,3})\.)?(\d{1,2}):(\d{2}):(\d{2})\b", re.IGNORECASE)
_SECONDS = re.compile(r"\bin (\d{1,7}) seconds?\b", re.IGNORECASE)
"""Texts of the gateway: "Quota will be replenished in 01:23:45", "Try again in 30 seconds"."""


class ApiError(NzbnAnswer):
    """The error body of the API, or of the gateway in front of it."""

    error_description: Text = None
    message: Text = None
    error_code: Text = None


def read_answer(response: httpx.Response, kind: type[A]) -> A:
    """The parsed answer. Raises the error that the table above assigns to any other answer."""
    if response.status_code != 200:
        raise _bad_status(response)
    try:
        return kind.model_validate(read_json(response.content))
    except ValidationError as error:
        reason = "; ".join(reasons(error)[:5])
    except ValueError as error:
        reason = "it is too long" if is_cut(response) else f"it is not JSON: {error}"
    raise not_understood(reason, response)


def not_understood(reason: str, response: httpx.Response) -> RegisterPageNotUnderstood:
    """The error for an answer that is not as documented; it keeps the answer as evidence, without the key."""
    body = _public(response, response.text)
    return RegisterPageNotUnderstood(
        f"an answer of the NZBN API is not understood: {_public(response, reason)}", url=str(response.url), body=body
    )


def _bad_status(response: httpx.Response) -> RegistrationError:
    status, url = response.status_code, str(response.url)
    detail = _api_message(response)
    if is_rate_limited(response) or status >= 500:
        message = f"the NZBN API answered with status {status}{detail}"
        return RegisterUnavailable(message, url=url, status=status, retry_after=time_to_wait(response))
    if status in (401, 403):
        lacks = "does not accept" if status == 401 else "does not give access with"
        message = f"the NZBN API {lacks} the subscription key (status {status}{detail}): put a valid {KEY_HEADER} into"
        return MisconfiguredInstallation(f"{message} {KEY_LOCATION}", url=url, status=status)
    if status == 404:
        return NotFound(f"the NZBN register has no such entity{detail}", url=url, status=status)
    return not_understood(f"status {status}{detail}", response)


def is_rate_limited(response: httpx.Response) -> bool:
    """True if the rate limit or quota was exceeded; the gateway answers 403 when the quota of a subscription is used
    up.
    """
    if response.status_code == 403:
        return "retry-after" in response.headers or _QUOTA.search(response.text[:_SHORT]) is not None
    return response.status_code == 429


def time_to_wait(response: httpx.Response) -> float | None:
    """Seconds until the next request is allowed, from the header or the gateway's text; None if neither has them."""
    requested = retry_after(response.headers)
    if requested is not None:
        return requested
    words = response.text[:_SHORT]
    if match := _CLOCK.search(words):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    match = _SECONDS.search(words)
    return float(match[1]) if match else None


def _api_message(response: httpx.Response) -> str:
    """The API's own error message, if there is one."""
    try:
        error = ApiError.model_validate(read_json(response.content))
    except ValueError:
        return ""
    words = joined((error.error_code, error.error_description or error.message), ": ")
    return f", {_public(response, words)[:200]}" if words else ""


def _public(response: httpx.Response, text: str) -> str:
    return redact(text, (response.request.headers.get(KEY_HEADER, ""),))
