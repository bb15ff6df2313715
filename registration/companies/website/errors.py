"""What every way in which a browser gets no page means. The one place of this mapping.

the browser or its page ended           BrowserCrashed
the page was broken off                 PageAborted
no http link, no such scheme            MisconfiguredInstallation
redirects without end, garbage, a file  RegisterPageNotUnderstood
everything else: cut, refused, timeout  RegisterUnavailable
"""

import re

import httpx

from registration.errors import (
    BrowserCrashed,
    MisconfiguredInstallation,
    PageAborted,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.kit.text import storable_text

EVIDENCE_LENGTH = 100_000
"""Characters of a page that are kept when it is not understood."""

_LONGEST = 500
"""Of what is said about it, which may quote the page."""

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
"""By the nearest class."""


def no_answer(error: Exception, url: str) -> RegistrationError:
    """The error for a request that got no answer."""
    kind = next(NO_ANSWER[base] for base in type(error).__mro__ if base in NO_ANSWER)
    said = storable_text(str(error))[:_LONGEST]
    cause = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return kind(f"the register gave no answer ({cause})", url=url)


def bad_status(status: int, html: str, url: str) -> RegistrationError:
    """The error for an answer that is no page."""
    if status == 429 or status >= 500:
        return RegisterUnavailable(f"the register answered with status {status}", url=url, status=status)
    return not_understood(f"status {status}", html, url)


def not_understood(what: str, html: str, url: str) -> RegisterPageNotUnderstood:
    """The error for a page that is not as agreed; it keeps the page as evidence."""
    kept = storable_text(html[:EVIDENCE_LENGTH])
    message = f"a page of the register is not understood: {storable_text(what)[:_LONGEST]}"
    return RegisterPageNotUnderstood(message, url=url, html=kept)


_ENDED = ("crashed", "has been closed", "Connection closed")
_ABORTED = ("ERR_ABORTED", "interrupted by another navigation")
"""The answer was no page (204), the page led elsewhere at once, or the process of its connections ended."""
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


def browser_error(error: Exception, url: str) -> RegistrationError:
    """The error for a page that did not come."""
    cause = _first_line(error)
    if any(words in cause for words in _ENDED):
        return BrowserCrashed(f"the browser that reads the register ended: {cause}", url=url)
    if any(words in cause for words in _ABORTED):
        return PageAborted(f"a page of the register was broken off before it came ({cause})", url=url)
    if any(words in cause for words in _MISCONFIGURED):
        return MisconfiguredInstallation(f"the register's address is none ({cause})", url=url)
    if any(words in cause for words in _NOT_UNDERSTOOD):
        return not_understood(cause, "", url)
    return RegisterUnavailable(f"the register gave no answer ({cause})", url=url)


def _first_line(error: Exception) -> str:
    """What happened, without playwright's log of calls, the method that was called and the address."""
    line = str(error).strip().partition("\n")[0].partition(" at http")[0]
    return re.sub(r"^(Page|BrowserContext|Locator)\.\w+: ", "", line) or type(error).__name__
