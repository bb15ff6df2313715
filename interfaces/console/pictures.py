"""Pictures of restaurants from the console's own address: a browser that looks at a page asks no other host.

Stored pictures are addresses or the picture itself. Those of an address are fetched as an edit fetches them, only from
public addresses, and kept for a while. A picture is served as what its bytes are, and never as a page.
"""

import asyncio
import base64
import binascii
import hashlib
from collections import OrderedDict
from time import monotonic
from typing import Final

from fastapi import Request, Response

from registration.errors import Refused
from registration.restaurants.image_download import download_image, is_web_address
from registration.restaurants.images import GivenImage, read_image

_MOST_BYTES: Final = 32 * 1024 * 1024
_KEPT_SECONDS: Final = 600.0
_AT_ONCE: Final = 4
_PREFIX: Final = "data:"
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
    "Content-Disposition": "inline",
}


class Pictures:
    """The pictures of addresses that were fetched last; also which of them cannot be fetched."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, GivenImage | None]] = OrderedDict()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def read(self, stored: str | None) -> GivenImage | None:
        """The picture that a column holds; None if there is none, or it is not to be had."""
        if not stored:
            return None
        if stored.startswith(_PREFIX):
            return _decoded(stored)
        return await self._fetched(stored) if is_web_address(stored) else None

    async def _fetched(self, address: str) -> GivenImage | None:
        async with self._turns:
            if (known := self._kept.get(address)) and monotonic() - known[0] < _KEPT_SECONDS:
                return known[1]
            try:
                found = await download_image(address)
            except Refused:
                found = None
            self._keep(address, found)
            return found

    def _keep(self, address: str, image: GivenImage | None) -> None:
        self._kept[address] = monotonic(), image
        self._kept.move_to_end(address)
        while sum(len(one.content) for _, one in self._kept.values() if one) > _MOST_BYTES or len(self._kept) > 500:
            self._kept.popitem(last=False)


def _decoded(stored: str) -> GivenImage | None:
    """The picture in a data URI; its type is that of its bytes, whatever the URI says."""
    head, _, body = stored.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return read_image(base64.b64decode(body, validate=True), "the picture")
    except (binascii.Error, Refused):
        return None


def picture_response(request: Request, image: GivenImage) -> Response:
    """The picture, for a browser; without its bytes for one that has them."""
    headers = {**_HEADERS, "ETag": f'"{hashlib.sha256(image.content).hexdigest()[:32]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(image.content, media_type=image.kind, headers=headers)
