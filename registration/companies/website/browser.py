"""The browser of this process: started on first use, ended when it has been idle for a while.

The browser also ends when this process is killed: it listens to a pipe that only this process holds open.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from registration.companies.website.browser_launch import RunningBrowser, start_browser
from registration.errors import BrowserCrashed

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext


class Browser:
    """Starts one browser at a time, ends it when idle, and starts another one after a crash."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._start: asyncio.Task[RunningBrowser] | None = None
        self._ends: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._users = 0
        self.holders = 0

    @asynccontextmanager
    async def context(self) -> AsyncGenerator["BrowserContext"]:
        """A new browser context, always closed. A crash of a page, or a BrowserCrashed in the body, ends this browser.

        Raises MisconfiguredInstallation if this machine has no browser, BrowserCrashed if none starts.
        """
        self._enter()
        try:
            running = await self._running()
            try:
                async with running.context() as context:
                    context.on("page", lambda page: page.on("crash", lambda _: self._crashed(running)))
                    yield context
            except BrowserCrashed:
                self._crashed(running)
                raise
        finally:
            self._leave()

    async def close(self) -> None:
        """End the browser and wait until it has ended."""
        self._retire()
        await self._ended()

    async def _running(self) -> RunningBrowser:
        """The browser, started on the first call; a cancelled caller does not cancel the start for the others."""
        if self._start is None:
            self._start = asyncio.create_task(self._started())
            self._start.add_done_callback(self._forget_failure)
        return await asyncio.shield(self._start)

    async def _started(self) -> RunningBrowser:
        await self._ended()
        running = await start_browser()
        running.browser.on("disconnected", lambda _: self._crashed(running))
        return running

    def _forget_failure(self, start: asyncio.Task[RunningBrowser]) -> None:
        if (start.cancelled() or start.exception()) and start is self._start:
            self._start = None

    def _crashed(self, running: RunningBrowser) -> None:
        start = self._start
        if start is not None and start.done() and start.result() is running:
            self._retire()

    def _retire(self) -> None:
        """End this browser; the next context starts another one."""
        if self._timer is not None:
            self._timer.cancel()
        start, self._start = self._start, None
        if start is not None:
            end = asyncio.create_task(_end(start))
            self._ends.add(end)
            end.add_done_callback(self._ends.discard)

    async def _ended(self) -> None:
        if self._ends:
            await asyncio.wait(self._ends)

    def _enter(self) -> None:
        self._users += 1
        if self._timer is not None:
            self._timer.cancel()

    def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            self._timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._retire)


_BROWSERS: WeakKeyDictionary[asyncio.AbstractEventLoop, Browser] = WeakKeyDictionary()


@asynccontextmanager
async def browser_of_this_process(idle_seconds: float) -> AsyncGenerator[Browser]:
    """The browser of this process. The first holder sets the idle time, the last one to leave ends the browser."""
    loop = asyncio.get_running_loop()
    browser = _BROWSERS.setdefault(loop, Browser(idle_seconds))
    browser.holders += 1
    try:
        yield browser
    finally:
        browser.holders -= 1
        if not browser.holders:
            del _BROWSERS[loop]
            await browser.close()


async def _end(start: asyncio.Task[RunningBrowser]) -> None:
    """End a browser that runs or is being started."""
    with suppress(Exception):
        await (await start).end()
