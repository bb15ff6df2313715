"""A browser with one page, as wide as an operator's window."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Page, ViewportSize, expect

from registration.clients.browser_launch import start_browser

WINDOW = ViewportSize(width=1300, height=1000)
_PATIENCE_MS = 60_000


@asynccontextmanager
async def browsing() -> AsyncGenerator[Page]:
    """A page that waits up to a minute for what is looked for. Raises MisconfiguredInstallation without a browser."""
    running = await start_browser()
    try:
        page = await running.browser.new_page(viewport=WINDOW)
        page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        yield page
    finally:
        await running.end()
