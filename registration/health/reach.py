"""Checks of addresses and clocks: whether somebody answers, why not, and how far the clocks are apart."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socket import gaierror

import httpx
from pydantic import SecretStr

from registration.health.finding import Finding, error, fine, warning
from registration.kit.http import date_of, send_bounded

MOST_SECONDS_APART = 5.0
FAR_SECONDS_APART = 30.0
"""More than any answer takes to arrive."""
DECIDING_SECONDS_APART = 1.0
"""The limit for clocks whose times decide whether something happened before or after a request."""


def judge_clock(
    whose: str, theirs: datetime, *, decides: bool = False, exact_to: float = 0.0, since: datetime | None = None
) -> Finding:
    """Compare a clock that was read just now, or `since` that time, with this machine's.

    `exact_to`: it may be so many seconds later than it says. `decides`: outcomes are told apart by its times.
    """
    ended = datetime.now(UTC)
    begun = since or ended
    ahead = (theirs - ended).total_seconds()
    behind = (begun - theirs - timedelta(seconds=exact_to)).total_seconds()
    apart = max(ahead, behind, 0.0)
    about, step = f"clock of {whose}", "let both machines take their time from the network (NTP)"
    says = f"{apart:.0f} s from this machine's"
    if apart > (DECIDING_SECONDS_APART if decides else FAR_SECONDS_APART):
        return error(about, f"{says}: what happened before a request and after it can be mixed up", step)
    if apart <= MOST_SECONDS_APART:
        return fine(about, says)
    return warning(about, f"{says}: times in logs and on pages do not fit together", step)


def judge_date(
    whose: str, headers: Mapping[str, str], *, decides: bool = False, since: datetime | None = None
) -> list[Finding]:
    """The same by the Date of an HTTP answer, which is whole seconds; nothing if it has none that can be read."""
    theirs = date_of(headers)
    return [] if theirs is None else [judge_clock(whose, theirs, decides=decides, exact_to=1.0, since=since)]


_SECONDS = 5.0
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Endpoint:
    """What is to answer: `url` may hold secrets and is never shown whole; `setting` is where a person puts it right."""

    about: str
    url: str = field(repr=False)
    setting: str
    proxies: bool = True

    @property
    def is_address(self) -> bool:
        """Whether it is http://host or https://host, with a port that there can be."""
        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL:
            return False
        return url.scheme in ("http", "https") and bool(url.host) and "%" not in url.host and (url.port or 1) < 2**16

    @property
    def shown(self) -> str:
        """Scheme, host and port: neither a user's password nor a path that is a secret."""
        url = httpx.URL(self.url)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"


def is_sendable(key: SecretStr) -> bool:
    """Whether a key can be sent as a header."""
    value = key.get_secret_value()
    return bool(value) and value.isascii() and value.isprintable() and value == value.strip()


async def ask(
    place: Endpoint,
    path: str = "",
    *,
    method: str = "GET",
    params: Mapping[str, str] = _NONE,
    headers: Mapping[str, str] = _NONE,
    follow: bool = False,
    limit: float = _SECONDS,
) -> httpx.Response | Finding:
    """What is answered within `limit` seconds, whatever it is; an error that says why, if nothing is."""
    if not place.is_address:
        return error(place.about, "its address is none", f"put http://host or https://host into {place.setting}")
    url = f"{place.url.rstrip('/')}{path}"
    try:
        async with httpx.AsyncClient(timeout=limit, trust_env=place.proxies, follow_redirects=follow) as client:
            request = client.build_request(method, url, params=dict(params) or None, headers=dict(headers))
            return await send_bounded(client, request)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as trouble:
        return _why(place, trouble)


def _why(place: Endpoint, trouble: Exception) -> Finding:
    """Only in words of ours: those of a library may repeat a header."""
    about, setting, shown = place.about, place.setting, place.shown
    for cause in _causes(trouble):
        if isinstance(cause, gaierror):
            step = f"check the host in {setting}, and that this machine can resolve it"
            return error(about, f"host not found: {httpx.URL(place.url).host}", step)
        if isinstance(cause, ssl.SSLError):
            step = f"check http or https in {setting}, and the certificate of the other side"
            return error(about, f"{shown} makes no trusted TLS connection ({_tls(cause)})", step)
        if isinstance(cause, ConnectionRefusedError):
            step = f"start it, or check host and port in {setting}"
            return error(about, f"{shown} does not answer: connection refused", step)
    if isinstance(trouble, httpx.TimeoutException):
        step = f"see that it runs, and that no firewall stands between; else check {setting}"
        return error(about, f"{shown} does not answer in time", step)
    says = f"{shown} does not answer ({type(trouble).__name__})"
    return error(about, says, f"check {setting}, and that what answers there speaks HTTP")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that led to it."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__


def _tls(trouble: ssl.SSLError) -> str:
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return trouble.verify_message
    return (trouble.reason or "handshake failed").lower().replace("_", " ")
