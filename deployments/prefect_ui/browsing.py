"""A browser with one page, or a page of a browser that runs already, as wide as an operator's window."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, StorageState, ViewportSize, expect

from registration.clients.browser_launch import start_browser

WINDOW = ViewportSize(width=1300, height=1000)
_PATIENCE_MS = 60_000


@asynccontextmanager
async def browsing() -> AsyncGenerator[Page]:
    """A page that waits up to a minute for what is looked for. Raises MisconfiguredInstallation without a browser."""
    running = await start_browser()
    try:
        async with browsing_with(running.browser) as page:
            yield page
    finally:
        await running.end()


@asynccontextmanager
async def browsing_with(browser: Browser, remembered: StorageState | None = None) -> AsyncGenerator[Page]:
    """Such a page of a browser that runs; its cookies and storage are its own, and at first what is `remembered`."""
    page = await browser.new_page(viewport=WINDOW, storage_state=remembered)
    page.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    try:
        yield page
    finally:
        await page.context.close()
