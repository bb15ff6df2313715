"""Pictures of pages, small enough to be kept with the documentation."""

import base64
from pathlib import Path

from playwright.async_api import Page
from rich.console import Console

_STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"
_FEWER_COLOURS = """
async (picture) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0);
    const pixels = drawing.getImageData(0, 0, image.width, image.height);
    for (let i = 0; i < pixels.data.length; i++) if (i % 4 < 3) pixels.data[i] &= 0xf0;
    drawing.putImageData(pixels, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
}
"""
"""Sixteen shades of each colour: half the bytes, and nobody sees it."""


class Album:
    """Takes pictures of one page into a folder."""

    def __init__(self, page: Page, folder: Path, console: Console) -> None:
        self._page = page
        self._folder = folder
        self._console = console

    async def take(self, name: str) -> None:
        """Keep what the page shows now as NAME.png."""
        await self._page.wait_for_load_state("networkidle")
        await self._page.add_style_tag(content=_STILL)
        picture = base64.b64encode(await self._page.screenshot()).decode()
        smaller = base64.b64decode(await self._page.evaluate(_FEWER_COLOURS, picture))
        (self._folder / f"{name}.png").write_bytes(smaller)
        self._console.print(f"  {name}.png, {len(smaller) / 1024:.0f} KB")
