"""What every answer of the register's pages, and every way in which httpx gets none, means.

no answer                 cut, refused, timeout                     RegisterUnavailable
not now                   429, 5xx                                  RegisterUnavailable
no such company           404 of a detail page                      NotFound
wrong address             no http link                              MisconfiguredInstallation
anything else             other status, endless redirects, garbage  RegisterPageNotUnderstood
"""

import httpx

from registration.errors import (
    MisconfiguredInstallation,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.storable import storable_text

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
