"""Every way in which a browser gets no page has its typed error."""

import pytest

from registration.companies.website.errors import browser_error
from registration.errors import (
    BrowserCrashed,
    MisconfiguredInstallation,
    PageAborted,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)

URL = "http://register.example/companies"


@pytest.mark.parametrize(
    "said, mapped",
    [
        ("Page.goto: Target page, context or browser has been closed", BrowserCrashed),
        ("Page.content: Target crashed ", BrowserCrashed),
        ("Page.goto: Page crashed", BrowserCrashed),
        (f"Page.goto: net::ERR_ABORTED at {URL}", PageAborted),
        (f'Page.goto: Navigation to "{URL}" is interrupted by another navigation to "{URL}2"', PageAborted),
        (f"Page.goto: net::ERR_CONNECTION_REFUSED at {URL}", RegisterUnavailable),
        (f"Page.goto: net::ERR_NAME_NOT_RESOLVED at {URL}", RegisterUnavailable),
        ("Page.goto: Timeout 30000ms exceeded.\nCall log:\n  - navigating", RegisterUnavailable),
        ("Protocol error (Page.navigate): Cannot navigate to invalid URL", MisconfiguredInstallation),
        (f"Page.goto: net::ERR_UNSAFE_PORT at {URL}", MisconfiguredInstallation),
        (f"Page.goto: net::ERR_TOO_MANY_REDIRECTS at {URL}", RegisterPageNotUnderstood),
        ("Page.goto: Download is starting", RegisterPageNotUnderstood),
        ("", RegisterUnavailable),
    ],
)
def test_the_error_says_who_must_act(said: str, mapped: type[RegistrationError]) -> None:
    """What can pass is tried again, a wrong address is the installer's, garbage is an engineer's."""
    error = browser_error(RuntimeError(said), URL)
    assert type(error) is mapped
    assert error.details["url"] == URL


def test_the_cause_is_told_without_playwrights_words() -> None:
    """One line, without the method, the address (which is in the details) and the log of calls."""
    error = browser_error(RuntimeError(f"Page.goto: net::ERR_FAILED at {URL}\nCall log:\n  - …"), URL)
    assert error.message == "the register gave no answer (net::ERR_FAILED)"
