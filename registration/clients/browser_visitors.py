"""Visitors of the register's website who sit before the browser: one context with one page each."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from registration.clients.bounded import MOST_BYTES
from registration.clients.browser import Browser, browser_of_this_process
from registration.clients.browser_errors import browser_error
from registration.clients.register_errors import not_understood
from registration.clients.register_pages import Page, Visit
from registration.clients.retry_after import retry_after
from registration.errors import BrowserCrashed, ProgrammerError
from registration.settings import settings

if TYPE_CHECKING:
    from playwright.async_api import Page as BrowserPage
    from playwright.async_api import Response, Route

_UNNEEDED = frozenset({"image", "font", "media", "stylesheet", "manifest", "texttrack", "ping"})
_LIMIT_SECONDS = 30.0
_LEAST_SECONDS = 10.0
_SETTLE_SECONDS = 5.0
_GRACE_SECONDS = 5.0


class BrowserVisitors:
    """Visitors on the one browser of this process, which may idle for `idle_seconds`; a page has `limit` seconds.

    Both are those of the settings if not given. No time scale makes a browser quicker: a page has 10 s at least.
    """

    def __init__(self, idle_seconds: float | None = None, limit: float | None = None) -> None:
        self._idle_seconds = settings().scaled(settings().register_browser_idle_seconds)
        if idle_seconds is not None:
            self._idle_seconds = idle_seconds
        self._limit = limit or max(_LEAST_SECONDS, settings().scaled(_LIMIT_SECONDS))
        self._exits = AsyncExitStack()
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        self._browser = await self._exits.enter_async_context(browser_of_this_process(self._idle_seconds))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    @asynccontextmanager
    async def visit(self) -> AsyncGenerator[Visit]:
        """See Visitors; raises also BrowserCrashed, and MisconfiguredInstallation if there is no browser."""
        if self._browser is None:
            raise ProgrammerError("visitors are let in only while the website is held open")
        async with self._browser.context() as context:
            async with _in_time(self._limit, "about:blank"):
                await context.route("**/*", _only_what_is_needed)
                page = await context.new_page()
            yield BrowserVisit(page, self._limit)


class BrowserVisit:
    """One page of the browser."""

    def __init__(self, page: "BrowserPage", limit: float) -> None:
        self._page = page
        self._limit = limit

    async def open(self, url: str) -> Page:
        """The page at an address; see Visit."""
        async with _in_time(self._limit, url):
            response = await self._page.goto(url, wait_until="domcontentloaded", timeout=self._limit * 1000)
            return await self._read(response, url)

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link, which may be a script's."""
        async with _in_time(self._limit, page.url):
            async with self._page.expect_navigation(wait_until="domcontentloaded", timeout=self._limit * 1000) as moved:
                await self._page.locator(f"[href={_quoted(link)}]").first.dispatch_event("click")
            return await self._read(await moved.value, page.url)

    async def settled(self, page: Page) -> Page:
        """`page` once more, when nothing was loaded for half a second; see Visit."""
        from playwright.async_api import TimeoutError as PlaywrightTimeout

        async with _in_time(self._limit, page.url):
            with suppress(PlaywrightTimeout):
                await self._page.wait_for_load_state("networkidle", timeout=_SETTLE_SECONDS * 1000)
            return replace(page, url=self._page.url, html=await self._html())

    async def screenshot(self) -> bytes | None:
        """The whole page as the browser shows it, without what is not loaded; None if it shows nothing any more."""
        from playwright.async_api import Error

        with suppress(Error):
            return await self._page.screenshot(full_page=True, timeout=_GRACE_SECONDS * 1000)
        return None

    async def _read(self, response: "Response | None", url: str) -> Page:
        if response is None:
            raise not_understood("it leads to nothing new", await self._html(), url)
        wait = retry_after(httpx.Headers(response.headers))
        return Page(self._page.url, response.status, await self._html(), wait)

    async def _html(self) -> str:
        """The page as it stands; one that is too long never leaves the browser."""
        length: int = await self._page.evaluate("document.documentElement.outerHTML.length")
        if length > MOST_BYTES:
            raise not_understood(f"it is too long ({length} characters)", "", self._page.url)
        return await self._page.content()


async def _only_what_is_needed(route: "Route") -> None:
    """Neither pictures nor fonts nor styles: nothing of what is read is in them."""
    if route.request.resource_type in _UNNEEDED:
        await route.abort()
    else:
        await route.continue_()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@asynccontextmanager
async def _in_time(limit: float, url: str) -> AsyncGenerator[None]:
    """The browser's errors in our words; the browser has its own limit, ours is for one that does not answer at all."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(limit + _GRACE_SECONDS):
            yield
    except Error as error:
        raise browser_error(error, url) from error
    except TimeoutError as error:
        raise BrowserCrashed("the browser that reads the register does not answer", url=url) from error
