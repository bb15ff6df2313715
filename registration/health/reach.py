"""Checks of addresses and clocks: whether a server answers, why not, and how far clocks differ."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from socket import gaierror

import httpx
from pydantic import SecretStr

from registration.health.finding import Finding, error, fine, warning
from registration.kit.http import authorities, date_of, send_bounded

MOST_SECONDS_APART = 5.0
FAR_SECONDS_APART = 30.0
"""Longer than any answer takes to arrive."""
DECIDING_SECONDS_APART = 1.0
"""The limit for clocks whose times decide whether an event was before or after a request."""
_SECONDS = 5.0
_NONE: Mapping[str, str] = {}


def judge_clock(
    whose: str, theirs: datetime, *, decides: bool = False, exact_to: float = 0.0, since: datetime | None = None
) -> Finding:
    """Compare a clock, which was read between `since` and now, with this machine's.

    `exact_to`: the clock may be this many seconds later than it shows. `decides`: its times decide outcomes.
    """
    ended = datetime.now(UTC)
    begun = since or ended
    ahead = (theirs - ended).total_seconds()
    behind = (begun - theirs - timedelta(seconds=exact_to)).total_seconds()
    apart = max(ahead, behind, 0.0)
    about, step = f"clock of {whose}", "synchronise both clocks over the network (NTP)"
    says = f"{apart:.0f} s from this machine's"
    if apart > (DECIDING_SECONDS_APART if decides else FAR_SECONDS_APART):
        return error(about, f"{says}: the order of requests and their effects can be wrong", step)
    if apart <= MOST_SECONDS_APART:
        return fine(about, says)
    return warning(about, f"{says}: times in logs and on pages are inconsistent", step)


def judge_date(
    whose: str, headers: Mapping[str, str], *, decides: bool = False, since: datetime | None = None
) -> list[Finding]:
    """`judge_clock` for the Date of an HTTP answer, which is in whole seconds; empty without a readable Date."""
    theirs = date_of(headers)
    return [] if theirs is None else [judge_clock(whose, theirs, decides=decides, exact_to=1.0, since=since)]


@dataclass(frozen=True)
class Endpoint:
    """The target of a check: `url` may contain secrets and is never shown whole; `setting` is where a person corrects
    it.
    """

    about: str
    url: str = field(repr=False)
    setting: str
    proxies: bool = True

    @property
    def is_address(self) -> bool:
        """True for http://host or https://host with a valid port."""
        try:
            url = httpx.URL(self.url)
        except httpx.InvalidURL:
            return False
        return url.scheme in ("http", "https") and bool(url.host) and "%" not in url.host and (url.port or 1) < 2**16

    @property
    def shown(self) -> str:
        """Scheme, host and port: neither a password nor a path that may be secret."""
        url = httpx.URL(self.url)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"


def is_sendable(key: SecretStr) -> bool:
    """True if a key can be sent as a header."""
    value = key.get_secret_value()
    return bool(value) and value.isascii() and value.isprintable() and value == value.strip()


async def probe(
    endpoint: Endpoint,
    path: str = "",
    *,
    method: str = "GET",
    params: Mapping[str, str] = _NONE,
    headers: Mapping[str, str] = _NONE,
    follow: bool = False,
    limit: float = _SECONDS,
) -> httpx.Response | Finding:
    """Any answer within `limit` seconds; an error finding with the reason if there is none."""
    if not endpoint.is_address:
        return error(
            endpoint.about, "its address is invalid", f"put http://host or https://host into {endpoint.setting}"
        )
    url = f"{endpoint.url.rstrip('/')}{path}"
    try:
        async with httpx.AsyncClient(
            timeout=limit,
            trust_env=endpoint.proxies,
            verify=authorities(of_environment=endpoint.proxies),
            follow_redirects=follow,
        ) as client:
            request = client.build_request(method, url, params=dict(params) or None, headers=dict(headers))
            return await send_bounded(client, request)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as trouble:
        return _why(endpoint, trouble)


def _why(endpoint: Endpoint, trouble: Exception) -> Finding:
    """The finding in our own words: a library's message may repeat a header."""
    about, setting, shown = endpoint.about, endpoint.setting, endpoint.shown
    for cause in _causes(trouble):
        if isinstance(cause, gaierror):
            step = f"check the host in {setting}, and that this machine can resolve it"
            return error(about, f"host not found: {httpx.URL(endpoint.url).host}", step)
        if isinstance(cause, ssl.SSLError):
            step = f"check http or https in {setting}, and the certificate of the other side"
            return error(about, f"{shown} makes no trusted TLS connection ({_tls(cause)})", step)
        if isinstance(cause, ConnectionRefusedError):
            step = f"start it, or check host and port in {setting}"
            return error(about, f"{shown} does not answer: connection refused", step)
    if isinstance(trouble, httpx.TimeoutException):
        step = f"check that it runs, and that no firewall blocks it; else check {setting}"
        return error(about, f"{shown} does not answer in time", step)
    says = f"{shown} does not answer ({type(trouble).__name__})"
    return error(about, says, f"check {setting}, and that what answers there speaks HTTP")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all errors that caused it."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for cause in error.exceptions:
                yield from _causes(cause)
        error = error.__cause__ or error.__context__


def _tls(trouble: ssl.SSLError) -> str:
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return trouble.verify_message
    return (trouble.reason or "handshake failed").lower().replace("_", " ")
