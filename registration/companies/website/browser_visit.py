"""One visitor who sits before the browser: how a page is opened, and what becomes of it by itself."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import httpx

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
"""How long a page may change by itself until it is understood; the browser is as slow under any time scale."""
_LOOK_SECONDS = 0.2
_WITHOUT_PAGE = (204, 205)
_CHANGES_BY_ITSELF = re.compile(r"<script\b|<meta\b[^>]*http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)
_MOVING = ("page is navigating", "Execution context was destroyed", "reading 'outerHTML'")
"""What the browser says when a page is asked for while it gives way to the next one."""


class BrowserVisit:
    """One page of the browser."""

    def __init__(self, page: "BrowserPage", limit: float) -> None:
        self._page = page
        self._limit = limit
        self._answer: Response | None = None
        self._coming: Request | None = None
        self._answer_to_come: Response | None = None
        self._begun = False
        self._shown = self._seen = 0
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)
        page.on("framenavigated", self._given_way)
        page.on("domcontentloaded", self._complete)

    async def open(self, url: str) -> Page:
        """The page at an address; see Visit."""
        async with in_time(self._limit, url):
            response = await self._page.goto(url, wait_until="domcontentloaded", timeout=self._limit * 1000)
            return await self._read(response, url)

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link, which may be a script's."""
        async with in_time(self._limit, page.url):
            async with self._page.expect_navigation(wait_until="domcontentloaded", timeout=self._limit * 1000) as moved:
                await self._page.locator(f"[href={_quoted(link)}]").first.dispatch_event("click")
            return await self._read(await moved.value, page.url)

    async def changes(self, page: Page) -> AsyncGenerator[Page]:
        """`page` each time that it has changed by itself; see Visit."""
        began = time.monotonic()
        while self._may_change(page, time.monotonic() - began):
            await asyncio.sleep(_LOOK_SECONDS)
            async with in_time(self._limit, page.url):
                current = await self._current(page)
            if current != page:
                page = current
                yield page

    async def screenshot(self) -> bytes | None:
        """The whole page as the browser shows it, without what is not loaded; None if it shows nothing any more."""
        from playwright.async_api import Error

        with suppress(Error):
            return await self._page.screenshot(full_page=True, timeout=_GRACE_SECONDS * 1000)
        return None

    def _may_change(self, page: Page, seconds: float) -> bool:
        """Whether another page is being loaded or was not looked at, or this one has a script, and has its time."""
        if self._coming is not None or self._seen != self._shown:
            return seconds < self._limit
        refreshes = self._answer is not None and "refresh" in self._answer.headers
        patience = max(_LEAST_CHANGE_SECONDS, settings().scaled(_CHANGE_SECONDS))
        return seconds < patience and (refreshes or _CHANGES_BY_ITSELF.search(page.html) is not None)

    async def _current(self, before: Page) -> Page:
        """The page as it is; as it was while it gives way to another."""
        from playwright.async_api import Error

        seen = self._shown
        try:
            html = await self._html()
        except Error as error:
            if any(words in str(error) for words in _MOVING):
                return before
            raise
        self._seen = seen
        return self._page_of(self._answer, html) if self._answer else before

    async def _read(self, response: "Response | None", url: str) -> Page:
        if response is None:
            raise not_understood("it leads to nothing new", await self._html(), url)
        return await self._current(self._page_of(response, ""))

    async def _html(self) -> str:
        """The page as it stands; one that is too long never leaves the browser."""
        length: int = await self._page.evaluate("document.documentElement.outerHTML.length")
        if length > MOST_BYTES:
            raise not_understood(f"it is too long ({length} characters)", "", self._page.url)
        return await self._page.content()

    def _page_of(self, answer: "Response", html: str) -> Page:
        return Page(self._page.url, answer.status, html, retry_after(httpx.Headers(answer.headers)))

    def _asked(self, request: "Request") -> None:
        if _is_of_the_page(request):
            self._coming, self._answer_to_come, self._begun = request, None, False

    def _answered(self, response: "Response") -> None:
        """Its text may be a while in coming: until then the browser shows the page before it."""
        if response.request == self._coming:
            self._answer_to_come = response
            if response.status in _WITHOUT_PAGE:
                self._coming = None

    def _failed(self, request: "Request") -> None:
        if request == self._coming:
            self._coming = None

    def _given_way(self, frame: "Frame") -> None:
        if frame.parent_frame is None and self._coming is not None and self._answer_to_come is not None:
            self._answer, self._begun = self._answer_to_come, True

    def _complete(self, _page: "BrowserPage") -> None:
        """The page that was asked for last, unless it has not even begun: then it is one that gives way."""
        if self._begun:
            self._coming, self._begun = None, False
            self._shown += 1


def _is_of_the_page(request: "Request") -> bool:
    """Whether it asks for the page itself, not for what is in it."""
    return request.is_navigation_request() and request.frame.parent_frame is None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@asynccontextmanager
async def in_time(limit: float, url: str) -> AsyncGenerator[None]:
    """The browser's errors in our words; the browser has its own limit, ours is for one that does not answer at all."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(limit + _GRACE_SECONDS):
            yield
    except Error as error:
        raise browser_error(error, url) from error
    except TimeoutError as error:
        raise BrowserCrashed("the browser that reads the register does not answer", url=url) from error
