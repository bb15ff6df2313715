"""Visitors of the register's website that use a browser: each has one context with one page."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from registration.companies.website.browser import Browser, browser_of_this_process
from registration.companies.website.browser_visit import BrowserVisit, in_time
from registration.companies.website.pages import Visit
from registration.errors import ProgrammerError
from registration.settings import settings

if TYPE_CHECKING:
    from playwright.async_api import Route

_UNNEEDED = frozenset({"image", "font", "media", "stylesheet", "manifest", "texttrack", "ping"})
_LIMIT_SECONDS = 30.0
_LEAST_SECONDS = 10.0


class BrowserVisitors:
    """Visitors that share the browser of this process; it may idle for `idle_seconds`, and a page has `limit` seconds.

    Defaults come from the settings. A page has at least 10 s, since no time scale makes a browser faster.
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
        """See Visitors; also raises BrowserCrashed, and MisconfiguredInstallation if there is no browser."""
        if self._browser is None:
            raise ProgrammerError("a visit needs the open context of BrowserVisitors")
        async with self._browser.context() as context:
            async with in_time(self._limit, "about:blank"):
                await context.route("**/*", _only_what_is_needed)
                page = await context.new_page()
            yield BrowserVisit(page, self._limit)


async def _only_what_is_needed(route: "Route") -> None:
    """Block images, fonts and styles: they contain nothing that is read."""
    if route.request.resource_type in _UNNEEDED:
        await route.abort()
    else:
        await route.continue_()
