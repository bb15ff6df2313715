"""Pictures of pages, small enough to be kept with the documentation."""

import base64
from pathlib import Path

from playwright.async_api import Page
from rich.console import Console

from deployments.screenshots.png import palette_png

_STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"
_FEWER_COLOURS = (Path(__file__).parent / "fewer_colours.js").read_text()


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
        found = await self._page.evaluate(_FEWER_COLOURS, picture)
        smaller = palette_png(found["width"], bytes(found["palette"]), base64.b64decode(found["pixels"]))
        (self._folder / f"{name}.png").write_bytes(smaller)
        self._console.print(f"  {name}.png, {len(smaller) / 1024:.0f} KB")
