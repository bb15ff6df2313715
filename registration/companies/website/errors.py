"""Maps every failure to get a page of the register to an error. This is the only place of the mapping.

the browser or its page ended           BrowserCrashed
the load of the page was aborted        PageAborted
no http link, unknown URL scheme        MisconfiguredInstallation
endless redirects, garbage, a download  RegisterPageNotUnderstood
everything else: cut, refused, timeout  RegisterUnavailable
"""

import re

import httpx

from registration.companies.page_evidence import page_copy
from registration.errors import (
    BrowserCrashed,
    MisconfiguredInstallation,
    PageAborted,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.kit.text import strip_control_characters

_LONGEST = 500
"""The limit for a reason, which may quote the page."""

NO_ANSWER: dict[type[Exception], type[RegistrationError]] = {
    httpx.HTTPError: RegisterUnavailable,
    httpx.StreamError: RegisterUnavailable,
    httpx.UnsupportedProtocol: MisconfiguredInstallation,
    httpx.InvalidURL: MisconfiguredInstallation,
    httpx.LocalProtocolError: RegisterPageNotUnderstood,
    httpx.DecodingError: RegisterPageNotUnderstood,
    httpx.TooManyRedirects: RegisterPageNotUnderstood,
    httpx.CookieConflict: RegisterPageNotUnderstood,
}
"""The mapping by the nearest base class."""
_ENDED = ("crashed", "has been closed", "Connection closed")
_ABORTED = ("ERR_ABORTED", "interrupted by another navigation")
"""The response was no page (204), the page navigated away, or the browser's network process ended."""
_MISCONFIGURED = (
    "invalid URL",
    "ERR_INVALID_URL",
    "ERR_UNKNOWN_URL_SCHEME",
    "ERR_DISALLOWED_URL_SCHEME",
    "ERR_UNSAFE_PORT",
    "ERR_FILE_NOT_FOUND",
)
_NOT_UNDERSTOOD = (
    "ERR_TOO_MANY_REDIRECTS",
    "ERR_CONTENT_DECODING_FAILED",
    "ERR_INVALID_RESPONSE",
    "ERR_INVALID_REDIRECT",
    "ERR_INVALID_HTTP_RESPONSE",
    "Download is starting",
)


def no_answer(error: Exception, url: str) -> RegistrationError:
    """The error for a request without a response."""
    kind = next(NO_ANSWER[base] for base in type(error).__mro__ if base in NO_ANSWER)
    detail = strip_control_characters(str(error))[:_LONGEST]
    cause = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return kind(f"the register gave no answer ({cause})", url=url)


def bad_status(status: int, html: str, url: str) -> RegistrationError:
    """The error for a response that is not a page."""
    if status == 429 or status >= 500:
        return RegisterUnavailable(f"the register answered with status {status}", url=url, status=status)
    return not_understood(f"status {status}", html, url)


def not_understood(reason: str, html: str, url: str) -> RegisterPageNotUnderstood:
    """The error for a page that cannot be read; its `pages` have a copy of the page, if there is any HTML."""
    message = f"a page of the register is not understood: {strip_control_characters(reason)[:_LONGEST]}"
    error = RegisterPageNotUnderstood(message, url=url)
    error.pages = (page_copy(url, html),) if html else ()
    return error


def browser_error(error: Exception, url: str) -> RegistrationError:
    """The error for a page that could not be loaded."""
    cause = _first_line(error)
    if any(words in cause for words in _ENDED):
        return BrowserCrashed(f"the browser that reads the register ended: {cause}", url=url)
    if any(words in cause for words in _ABORTED):
        return PageAborted(f"the load of a page of the register was aborted ({cause})", url=url)
    if any(words in cause for words in _MISCONFIGURED):
        return MisconfiguredInstallation(f"the register's address is invalid ({cause})", url=url)
    if any(words in cause for words in _NOT_UNDERSTOOD):
        return not_understood(cause, "", url)
    return RegisterUnavailable(f"the register gave no answer ({cause})", url=url)


def _first_line(error: Exception) -> str:
    """The error's first line, without Playwright's call log, the method that was called and the URL."""
    line = str(error).strip().partition("\n")[0].partition(" at http")[0]
    return re.sub(r"^(Page|BrowserContext|Locator)\.\w+: ", "", line) or type(error).__name__
