"""Whether somebody answers at an address, and if not, why: the one place where that becomes a finding."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from socket import gaierror

import httpx
from pydantic import SecretStr

from registration.checkup.finding import Finding, error
from registration.clients.bounded import send_bounded

_SECONDS = 5.0
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Place:
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
    place: Place,
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


def _why(place: Place, trouble: Exception) -> Finding:
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
