"""HTTP for all clients: trusted authorities, bounded responses, dates and `Retry-After`."""

import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache

import httpx

MOST_BYTES = 4_000_000
"""More than any response or page needs; the rest of a longer body is not fetched."""
_CUT = "registration_cut"
_OF_THE_TRANSFER = (b"content-encoding", b"content-length", b"transfer-encoding")


@cache
def authorities(*, of_environment: bool) -> ssl.SSLContext:
    """The TLS context for a client's `verify`: the authorities of certifi.

    With `of_environment`, the authorities of SSL_CERT_FILE or SSL_CERT_DIR instead, if one is set; for clients that
    also use the proxies of the environment.
    """
    return httpx.create_ssl_context(trust_env=of_environment)


async def send_bounded(client: httpx.AsyncClient, request: httpx.Request, most: int = MOST_BYTES) -> httpx.Response:
    """The response with at most `most` bytes of its body; `is_cut` tells whether the body was longer. Raises httpx's
    errors.

    Compression is not requested: a small compressed body could expand to a huge one.
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
    """True if the body was longer than the part that was read."""
    return bool(response.extensions.get(_CUT))


async def _read(answer: httpx.Response, most: int) -> tuple[bytes, bool]:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > most:
            return bytes(content[:most]), True
    return bytes(content), False


def date_of(headers: Mapping[str, str], name: str = "date") -> datetime | None:
    """The date in a header, by the server's clock; None if the header is absent or unreadable."""
    try:
        date = parsedate_to_datetime(headers[name])
    except (KeyError, ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or an HTTP date in `Retry-After`; None if absent or unreadable.

    An HTTP date is compared with the `Date` of the same response, or with this machine's clock if there is none.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    until = date_of(headers, "retry-after")
    if until is None:
        return None
    answered_at = date_of(headers) or datetime.now(UTC)
    return max(0.0, (until - answered_at).total_seconds())
