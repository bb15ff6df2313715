"""Answers of the platform as they come over HTTP, and what each means."""

import httpx
import pytest

from registration.errors import RegistrationError
from registration.platform.errors import read_answer

REQUEST = httpx.Request("POST", "http://platform.test/api/registration/register-account")


def make_response(status: int = 200, text: str = "", **headers: str) -> httpx.Response:
    """An answer of the platform."""
    return httpx.Response(status, text=text, headers=headers, request=REQUEST)


def error_of(response: httpx.Response, *secrets: str) -> RegistrationError:
    """What the answer means."""
    with pytest.raises(RegistrationError) as caught:
        read_answer(response, secrets)
    return caught.value
