"""The one browser of this process: started when it is first needed, ended when nobody has needed it for a while.

Whatever way the process ends, the browser ends with it: it listens to a pipe that only this process holds open.
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
    """Starts, ends and starts anew after a crash; never two at a time."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._start: asyncio.Task[RunningBrowser] | None = None
        self._ends: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._users = 0
        self.holders = 0

    @asynccontextmanager
    async def context(self) -> AsyncGenerator["BrowserContext"]:
        """A new context, closed in every case; a page that crashes, or a BrowserCrashed here, ends this browser.

        Raises MisconfiguredInstallation if there is none on this machine, BrowserCrashed if none starts.
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
        """End the browser and wait until it is gone."""
        self._retire()
        await self._ended()

    async def _running(self) -> RunningBrowser:
        """The browser, started for whoever comes first; that one may be cancelled without harm to the others."""
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
        """End this browser now; the next context gets a new one."""
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
    """The one browser; who holds it first says how long it may idle, who lets go last ends it."""
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
    """End a browser that runs, or is just being started."""
    with suppress(Exception):
        await (await start).end()
