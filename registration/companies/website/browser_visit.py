"""One page of the browser: how it is opened, and how changes by its scripts are observed."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import httpx

from registration.companies.page_evidence import MOST_BYTES as MOST_SCREENSHOT
from registration.companies.website.errors import browser_error, not_understood
from registration.companies.website.pages import Page
from registration.errors import BrowserCrashed
from registration.kit.http import MOST_BYTES, retry_after
from registration.settings import settings

if TYPE_CHECKING:
    from playwright.async_api import Frame, Request, Response
    from playwright.async_api import Page as BrowserPage

_GRACE_SECONDS = 5.0
_CHANGE_SECONDS = 10.0
_LEAST_CHANGE_SECONDS = 6.0
"""How long a page may change by its scripts until it can be read; no time scale makes a browser faster."""
_POLL_SECONDS = 0.2
_WITHOUT_PAGE = (204, 205)
_CHANGES_BY_ITSELF = re.compile(r"<script\b|<meta\b[^>]*http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_NAVIGATING = ("page is navigating", "Execution context was destroyed", "reading 'outerHTML'")
"""The browser's error messages when a page is read during a navigation."""


class BrowserVisit:
    """One page of the browser."""

    def __init__(self, page: "BrowserPage", limit: float) -> None:
        self._page = page
        self._limit = limit
        self._answer: Response | None = None
        self._navigation: Request | None = None
        self._next_answer: Response | None = None
        self._has_begun = False
        self._loads = self._loads_read = 0
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failure)
        page.on("framenavigated", self._on_navigated)
        page.on("domcontentloaded", self._on_loaded)

    async def open(self, url: str) -> Page:
        """The page at `url`; see Visit."""
        async with in_time(self._limit, url):
            response = await self._page.goto(url, wait_until="domcontentloaded", timeout=self._limit * 1000)
            return await self._read(response, url)

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link, which may be a script's; see Visit."""
        async with in_time(self._limit, page.url):
            async with self._page.expect_navigation(wait_until="domcontentloaded", timeout=self._limit * 1000) as moved:
                await self._page.locator(f"[href={_quoted(link)}]").first.dispatch_event("click")
            return await self._read(await moved.value, page.url)

    async def changes(self, page: Page) -> AsyncGenerator[Page]:
        """`page` after each change by its scripts; see Visit."""
        began = time.monotonic()
        while self._may_change(page, time.monotonic() - began):
            await asyncio.sleep(_POLL_SECONDS)
            async with in_time(self._limit, page.url):
                current = await self._current(page)
            if current != page:
                page = current
                yield page

    async def screenshot(self) -> bytes | None:
        """The whole page as rendered, without blocked resources; None if the browser shows nothing any more.

        If the picture of the whole page is too large, the part that a window shows.
        """
        from playwright.async_api import Error

        limit = _GRACE_SECONDS * 1000
        with suppress(Error):
            whole = await self._page.screenshot(full_page=True, timeout=limit)
            return whole if len(whole) <= MOST_SCREENSHOT else await self._page.screenshot(timeout=limit)
        return None

    def _may_change(self, page: Page, seconds: float) -> bool:
        """True while a navigation is in progress or its page is unread, or while scripts may still change the page."""
        if self._navigation is not None or self._loads_read != self._loads:
            return seconds < self._limit
        refreshes = self._answer is not None and "refresh" in self._answer.headers
        patience = max(_LEAST_CHANGE_SECONDS, settings().scaled(_CHANGE_SECONDS))
        return seconds < patience and (refreshes or _CHANGES_BY_ITSELF.search(page.html) is not None)

    async def _current(self, before: Page) -> Page:
        """The current page; during a navigation the previous one."""
        from playwright.async_api import Error

        loads = self._loads
        try:
            html = await self._html()
        except Error as error:
            if any(words in str(error) for words in _NAVIGATING):
                return before
            raise
        self._loads_read = loads
        return self._page_of(self._answer, html) if self._answer else before

    async def _read(self, response: "Response | None", url: str) -> Page:
        if response is None:
            raise not_understood("the link opens no new page", await self._html(), url)
        return await self._current(self._page_of(response, ""))

    async def _html(self) -> str:
        """The current HTML. A document that is too long is not transferred from the browser."""
        length: int = await self._page.evaluate("document.documentElement.outerHTML.length")
        if length > MOST_BYTES:
            raise not_understood(f"it is too long ({length} characters)", "", self._page.url)
        return await self._page.content()

    def _page_of(self, answer: "Response", html: str) -> Page:
        return Page(self._page.url, answer.status, html, retry_after(httpx.Headers(answer.headers)))

    def _on_request(self, request: "Request") -> None:
        if _is_of_the_page(request):
            self._navigation, self._next_answer, self._has_begun = request, None, False

    def _on_response(self, response: "Response") -> None:
        """Record the response; the browser shows the previous page until the new document arrives."""
        if response.request == self._navigation:
            self._next_answer = response
            if response.status in _WITHOUT_PAGE:
                self._navigation = None

    def _on_failure(self, request: "Request") -> None:
        if request == self._navigation:
            self._navigation = None

    def _on_navigated(self, frame: "Frame") -> None:
        if frame.parent_frame is None and self._navigation is not None and self._next_answer is not None:
            self._answer, self._has_begun = self._next_answer, True

    def _on_loaded(self, _page: "BrowserPage") -> None:
        """The latest navigation has loaded; an event before its document began belongs to the previous page."""
        if self._has_begun:
            self._navigation, self._has_begun = None, False
            self._loads += 1


def _is_of_the_page(request: "Request") -> bool:
    """True if the request is for the page itself, not for one of its resources."""
    return request.is_navigation_request() and request.frame.parent_frame is None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@asynccontextmanager
async def in_time(limit: float, url: str) -> AsyncGenerator[None]:
    """Convert the browser's errors to our own. The browser has its own timeout; ours is for a browser that hangs."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(limit + _GRACE_SECONDS):
            yield
    except Error as error:
        raise browser_error(error, url) from error
    except TimeoutError as error:
        raise BrowserCrashed("the browser that reads the register does not answer", url=url) from error
