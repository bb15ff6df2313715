"""Starts and ends a browser: Playwright's own Chromium, else a browser of the system."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registration.errors import BrowserCrashed, MisconfiguredInstallation

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, BrowserType, Playwright

SYSTEM_BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""Executables in PATH, smallest first."""
_NOT_THERE = "Executable doesn't exist"
_ARGUMENTS = ("--in-process-gpu", "--enable-features=NetworkServiceInProcess2")
"""Two processes fewer: fast drawing and the isolation of many sites are not needed here."""
_START_LIMIT_MS = 30_000
_END_LIMIT = 10.0


@dataclass(frozen=True, eq=False)
class RunningBrowser:
    """A running browser and its Playwright driver."""

    playwright: "Playwright"
    browser: "Browser"

    @asynccontextmanager
    async def context(self) -> AsyncGenerator["BrowserContext"]:
        """A new browser context, always closed. Raises BrowserCrashed."""
        from playwright.async_api import Error

        try:
            context = await self.browser.new_context(accept_downloads=False, service_workers="block")
        except Error as error:
            raise BrowserCrashed(f"the browser cannot open a context: {_first_line(error)}") from error
        try:
            yield context
        finally:
            await _quietly(context.close())

    async def end(self) -> None:
        """End browser and driver; if one does not end in time, it ends with this process."""
        await _quietly(self.browser.close())
        await _quietly(self.playwright.stop())


async def start_browser() -> RunningBrowser:
    """Start driver and browser.

    Raises MisconfiguredInstallation if no browser is installed, BrowserCrashed if none starts.
    """
    from playwright.async_api import async_playwright

    playwright = await async_playwright().start()
    try:
        return RunningBrowser(playwright, await _launch(playwright.chromium))
    except BaseException:
        await _quietly(playwright.stop())
        raise


async def _launch(chromium: "BrowserType") -> "Browser":
    """The first browser that starts, headless."""
    from playwright.async_api import Error

    reasons: list[str] = []
    own = [None] if _own_is_there(chromium) else []
    for path in [*own, *filter(None, map(shutil.which, SYSTEM_BROWSERS))]:
        try:
            return await chromium.launch(executable_path=path, args=_ARGUMENTS, timeout=_START_LIMIT_MS)
        except Error as error:
            if _NOT_THERE not in error.message:
                reasons.append(_first_line(error))
    if reasons:
        raise BrowserCrashed(f"no browser starts: {'; '.join(reasons)}")
    raise MisconfiguredInstallation(
        "the register's website is read with a browser, and this machine has none: run `make browser`, or install"
        " Chromium with the system's packages, or set REGISTRATION_REGISTER_DRIVER=http and run `make bootstrap`"
    )


def _own_is_there(chromium: "BrowserType") -> bool:
    """True if Playwright has installed a Chromium, headless or not; a failed installation leaves empty folders."""
    versions = Path(chromium.executable_path).parents[2]
    return any(versions.glob("chromium*"))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


async def _quietly(ending: Awaitable[None]) -> None:
    """Await the end of a resource that may already be closed; errors and a timeout are ignored."""
    with suppress(Exception):
        async with asyncio.timeout(_END_LIMIT):
            await ending
