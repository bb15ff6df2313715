"""Downloading an image for a restaurant from an address that a person gave, without reaching into private networks.

A host is resolved once, and the connection goes to the address that was checked: a name that resolves differently a
moment later leads nowhere else. Redirects are followed here, and each target is checked in the same way.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import httpx

from registration.errors import Refused
from registration.kit.http import authorities, is_cut, send_bounded
from registration.kit.public_links import is_public_address, why_not_public
from registration.restaurants.images import MOST_BYTES, GivenImage, read_image, too_large

_SECONDS, _CONNECT_SECONDS = 20.0, 5.0
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host."""


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses of the host, by the resolver of this machine. Raises OSError if there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def download_image(
    url: str, *, resolve: Resolve = resolve_host, is_allowed: Callable[[str], bool] = is_public_address
) -> GivenImage:
    """The image at a public address.

    Raises Refused if the address or a redirect leads into a private network, if it cannot be fetched within 20 seconds,
    and as `read_image` does.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            return await _download(url, resolve, is_allowed)
    except TimeoutError:
        raise _unreachable(url, f"there was no answer within {_SECONDS:g} seconds") from None


async def _download(url: str, resolve: Resolve, is_allowed: Callable[[str], bool]) -> GivenImage:
    target = url
    timeout = httpx.Timeout(_SECONDS, connect=_CONNECT_SECONDS)
    verify = authorities(of_environment=False)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False, verify=verify) as client:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await _ask(client, target, resolve, is_allowed)
            location = answer.headers.get("location")
            if answer.status_code not in _REDIRECTS or not location:
                return _image(answer, target)
            target = urljoin(target, location)
    raise _unreachable(url, f"it redirects more than {_MOST_REDIRECTS} times")


async def _ask(
    client: httpx.AsyncClient, url: str, resolve: Resolve, is_allowed: Callable[[str], bool]
) -> httpx.Response:
    """The answer of the resolved and checked address; the name of the host is in the header and in the certificate."""
    if reason := why_not_public(url):
        raise _private(url, reason)
    host = urlsplit(url).hostname or ""
    try:
        wanted = httpx.URL(url)
        addresses = await resolve(host, wanted.port or (443 if wanted.scheme == "https" else 80))
    except (httpx.InvalidURL, OSError, UnicodeError):
        raise _unreachable(url, "its host is not known") from None
    if not addresses or not all(map(is_allowed, addresses)):
        raise _private(url, "its host is an address of a local network")
    headers = {"Host": wanted.netloc.decode("ascii"), "Accept": "image/*"}
    request = client.build_request(
        "GET", wanted.copy_with(host=addresses[0]), headers=headers, extensions={"sni_hostname": host}
    )
    try:
        return await send_bounded(client, request, MOST_BYTES)
    except httpx.HTTPError as error:
        raise _unreachable(url, str(error) or type(error).__name__) from error


def _image(answer: httpx.Response, url: str) -> GivenImage:
    if answer.status_code != HTTPStatus.OK:
        raise _unreachable(url, f"the server answered {answer.status_code}")
    if is_cut(answer):
        raise too_large(_short(url))
    return read_image(answer.content, _short(url))


def _private(url: str, reason: str) -> Refused:
    return Refused(
        f"{_short(url)} leads to no public page: {reason}",
        code="ADDRESS_NOT_PUBLIC",
        hint="give an address that everybody can open, or the picture as a file",
    )


def _unreachable(url: str, reason: str) -> Refused:
    return Refused(
        f"{_short(url)} cannot be fetched: {reason}",
        code="IMAGE_NOT_FETCHED",
        hint="open the address in a browser, or give the picture as a file",
    )


def _short(url: str) -> str:
    return repr(url[:200])


def is_web_address(text: str) -> bool:
    """Whether the text is an address of the web, not the name of a file."""
    return text.strip().lower().startswith(("http://", "https://"))
