"""Every way of getting no page has its typed error."""

from typing import Any

import httpx
import pytest

from registration.companies.website.errors import NO_ANSWER, bad_status, no_answer, not_understood
from registration.errors import (
    MisconfiguredInstallation,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)

URL = "http://register.example/companies"
ALL = [
    value for name in httpx.__all__ if isinstance(value := getattr(httpx, name), type) and issubclass(value, Exception)
]


def _instance(kind: type[Exception]) -> Exception:
    arguments: dict[type[Exception], tuple[Any, ...]] = {
        httpx.StreamConsumed: (),
        httpx.StreamClosed: (),
        httpx.ResponseNotRead: (),
        httpx.RequestNotRead: (),
    }
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", URL)
        return kind("bad", request=request, response=httpx.Response(500, request=request))
    return kind(*arguments.get(kind, ("because",)))


@pytest.mark.parametrize("kind", ALL)
def test_every_exception_of_httpx_is_mapped(kind: type[Exception]) -> None:
    """None escapes, and each is caught by the classes of the table."""
    error = no_answer(_instance(kind), URL)
    assert isinstance(error, RegistrationError)
    assert error.details == {"url": URL}
    assert issubclass(kind, tuple(NO_ANSWER))


@pytest.mark.parametrize(
    "kind,mapped",
    [
        (httpx.ConnectError, RegisterUnavailable),
        (httpx.ReadTimeout, RegisterUnavailable),
        (httpx.RemoteProtocolError, RegisterUnavailable),
        (httpx.UnsupportedProtocol, MisconfiguredInstallation),
        (httpx.InvalidURL, MisconfiguredInstallation),
        (httpx.TooManyRedirects, RegisterPageNotUnderstood),
        (httpx.DecodingError, RegisterPageNotUnderstood),
    ],
)
def test_the_error_says_who_must_act(kind: type[Exception], mapped: type[RegistrationError]) -> None:
    """What can pass is tried again, a wrong address is the installer's, garbage is an engineer's."""
    assert type(no_answer(_instance(kind), URL)) is mapped


@pytest.mark.parametrize(
    "status,mapped",
    [
        (429, RegisterUnavailable),
        (500, RegisterUnavailable),
        (503, RegisterUnavailable),
        (403, RegisterPageNotUnderstood),
    ],
)
def test_a_status_that_is_no_page_is_an_error(status: int, mapped: type[RegistrationError]) -> None:
    """Busy and broken pass; any other status is not understood."""
    assert type(bad_status(status, "<html>", URL)) is mapped


def test_the_page_is_evidence() -> None:
    """What is not understood has a copy of the page beside its details; there is none of a page without HTML."""
    error = not_understood("the list", "\x00<p>", URL)
    assert error.details == {"url": URL}
    assert [(page.url, page.html) for page in error.pages] == [(URL, "<p>")]
    assert not_understood("the list", "", URL).pages == ()


def test_what_is_said_about_a_page_can_be_stored_and_shown() -> None:
    """It may quote the page: no control characters, and no more than a few lines of it."""
    error = not_understood("\x00\x1b]0;" + "x" * 10_000, "<html>\x1b\ud800</html>", URL)
    assert "]0;xxx" in error.message
    assert len(error.message) < 1000
    assert error.pages[0].html == "<html></html>"
    cut = no_answer(httpx.RemoteProtocolError("bad line \x00\x1b"), URL)
    assert cut.message == "the register gave no answer (RemoteProtocolError: bad line )"
