"""What every answer of the NZBN API, and every way of getting none, means. The one place of this mapping.

no answer                 cut, refused, timeout                       RegisterUnavailable
not now                   429, with the time to wait; 5xx             RegisterUnavailable
no key, or not this one   401, 403                                    MisconfiguredInstallation
no API at this address    404 of a search                             MisconfiguredInstallation
no such entity            404 of an entity                            NotFound
anything else             other status, no JSON, JSON that is not as  RegisterPageNotUnderstood
                          agreed
"""

from typing import TypeVar

import httpx
from pydantic import ValidationError

from registration.clients.bounded import is_cut
from registration.clients.nzbn_values import NzbnAnswer, Text, joined
from registration.clients.redacting import redact
from registration.clients.retry_after import retry_after
from registration.errors import (
    MisconfiguredInstallation,
    NotFound,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.json_reading import read_json
from registration.models.values import reasons

A = TypeVar("A", bound=NzbnAnswer)

KEY_HEADER = "Ocp-Apim-Subscription-Key"
WHERE_THE_KEY_IS = (
    "the setting REGISTRATION_NZBN_KEY, or the field `subscription_key` of the Prefect block companies-register"
)


class ApiError(NzbnAnswer):
    """What the API, or the gateway in front of it, says when it has no answer."""

    error_description: Text = None
    message: Text = None
    error_code: Text = None


def read_answer(response: httpx.Response, kind: type[A]) -> A:
    """The answer; raises what any other one means."""
    if response.status_code != 200:
        raise _bad_status(response)
    try:
        return kind.model_validate(read_json(response.content))
    except ValidationError as error:
        what = "; ".join(reasons(error)[:5])
    except ValueError as error:
        what = "it is too long" if is_cut(response) else f"it is not JSON: {error}"
    raise not_understood(what, response)


def not_understood(what: str, response: httpx.Response) -> RegisterPageNotUnderstood:
    """The error for an answer that is not as agreed; it keeps the answer as evidence, without the key."""
    body = _public(response, response.text)
    return RegisterPageNotUnderstood(
        f"an answer of the NZBN API is not understood: {_public(response, what)}", url=str(response.url), body=body
    )


def _bad_status(response: httpx.Response) -> RegistrationError:
    status, url = response.status_code, str(response.url)
    said = _said(response)
    if status == 429 or status >= 500:
        message = f"the NZBN API answered with status {status}{said}"
        return RegisterUnavailable(message, url=url, status=status, retry_after=retry_after(response.headers))
    if status in (401, 403):
        lacks = "does not accept" if status == 401 else "does not give access with"
        message = f"the NZBN API {lacks} the subscription key (status {status}{said}): put a valid {KEY_HEADER} into"
        return MisconfiguredInstallation(f"{message} {WHERE_THE_KEY_IS}", url=url, status=status)
    if status == 404:
        return NotFound(f"the NZBN register has no such entity{said}", url=url, status=status)
    return not_understood(f"status {status}{said}", response)


def _said(response: httpx.Response) -> str:
    """The API's own words, if it has any."""
    try:
        error = ApiError.model_validate(read_json(response.content))
    except ValueError:
        return ""
    words = joined((error.error_code, error.error_description or error.message), ": ")
    return f", {_public(response, words)[:200]}" if words else ""


def _public(response: httpx.Response, text: str) -> str:
    return redact(text, (response.request.headers.get(KEY_HEADER, ""),))
