"""Pictures of pages as PNG files with a palette, small enough for the repository.

The page itself counts the colours of its picture: no library for images is needed.
"""

import base64
from pathlib import Path
from typing import Final

from playwright.async_api import Page
from rich.console import Console

from dev.sandbox.pictures import palette_png

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
