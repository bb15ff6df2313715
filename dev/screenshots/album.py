"""Pictures of pages as PNG files with a palette, small enough for the repository."""

import base64
import struct
import zlib
from pathlib import Path
from typing import Final

from playwright.async_api import Page
from rich.console import Console

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _PALETTE = 8, 3


def palette_png(width: int, palette: bytes, pixels: bytes) -> bytes:
    """A PNG file: `palette` has three bytes per colour, `pixels` one index per pixel, row by row.

    Source: the PNG specification, third edition (colour type 3, filter 0).
    """
    rows = [pixels[start : start + width] for start in range(0, len(pixels), width)]
    header = struct.pack(">IIBBBBB", width, len(rows), _EIGHT_BITS, _PALETTE, 0, 0, 0)
    image = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", image), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


_STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"
_FEWER_COLOURS = (Path(__file__).parent / "fewer_colours.js").read_text()
DRAWING: Final = (Path(__file__).parent / "drawing.js").read_text()
"""Draws the images of a restaurant: a function of its name and two colours."""


async def smaller(page: Page, picture: bytes) -> bytes:
    """The picture with a palette; `page` counts its colours."""
    found = await page.evaluate(_FEWER_COLOURS, base64.b64encode(picture).decode())
    return palette_png(found["width"], bytes(found["palette"]), base64.b64decode(found["pixels"]))


class Album:
    """Takes pictures of one page into a folder."""

    def __init__(self, page: Page, folder: Path, console: Console) -> None:
        self._page = page
        self._folder = folder
        self._console = console

    async def take(self, name: str) -> None:
        """Store the page's present state as NAME.png."""
        await self._page.wait_for_load_state("networkidle")
        await self._page.add_style_tag(content=_STILL)
        picture = await smaller(self._page, await self._page.screenshot())
        (self._folder / f"{name}.png").write_bytes(picture)
        self._console.print(f"  {name}.png, {len(picture) / 1024:.0f} KB")
