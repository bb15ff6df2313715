"""HTTP for all clients: trusted authorities, bounded answers, dates and `Retry-After`."""

import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache

import httpx


@cache
def authorities(*, of_environment: bool) -> ssl.SSLContext:
    """For the `verify` of a client: the authorities of certifi.

    With `of_environment` those of SSL_CERT_FILE or SSL_CERT_DIR, if one is set, as a client takes them that uses the
    proxies of the environment too.
    """
    return httpx.create_ssl_context(trust_env=of_environment)


MOST_BYTES = 4_000_000
"""Far more than any answer or page needs; what is longer is cut here, and the rest is never fetched."""


async def send_bounded(client: httpx.AsyncClient, request: httpx.Request, most: int = MOST_BYTES) -> httpx.Response:
    """The answer with at most `most` bytes of its body; `is_cut` says whether there was more. Raises httpx's errors.

    Compression is not asked for: a small answer must not become a large one here.
    """
    request.headers["Accept-Encoding"] = "identity"
    answer = await client.send(request, stream=True)
    try:
        content, cut = await _read(answer, most)
    finally:
        await answer.aclose()
    headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_TRANSFER]
    extensions = {**answer.extensions, _CUT: cut}
    read = httpx.Response(
        answer.status_code, headers=headers, content=content, request=answer.request, extensions=extensions
    )
    read.next_request = answer.next_request
    return read


def is_cut(response: httpx.Response) -> bool:
    """Whether the body was longer than what was read of it."""
    return bool(response.extensions.get(_CUT))


async def _read(answer: httpx.Response, most: int) -> tuple[bytes, bool]:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > most:
            return bytes(content[:most]), True
    return bytes(content), False


_CUT = "registration_cut"
_OF_THE_TRANSFER = (b"content-encoding", b"content-length", b"transfer-encoding")


def date_of(headers: Mapping[str, str], name: str = "date") -> datetime | None:
    """The date in a header, by the clock of the server; None if there is none, or none that can be read."""
    try:
        date = parsedate_to_datetime(headers[name])
    except (KeyError, ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or an HTTP date in `Retry-After`; None if absent or not readable.

    Such a date is by the clock of the server, like the `Date` of its answer; this machine's clock stands in for an
    answer without.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    until = date_of(headers, "retry-after")
    if until is None:
        return None
    said_at = date_of(headers) or datetime.now(UTC)
    return max(0.0, (until - said_at).total_seconds())
