"""Answers over HTTP, read while they come and only up to a size: no server fills this process's memory."""

import httpx

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
