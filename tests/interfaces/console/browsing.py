"""People at the console in a real browser, and the program that they reach."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Page, Request, expect

from dev.stack.api_server import start_api
from dev.stack.databases import DatabaseUrls
from dev.stack.processes import Child
from tests.interfaces.api.calling import SECRET
from tests.interfaces.console.visiting import link_of
from tests.registration.tenant import Tenant
from tests.waiting import HANG

expect.set_options(timeout=HANG * 1000)

_READS = "document.querySelector('[hx-sse\\\\:connect]')._htmx?.sse"
_HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@dataclass
class Serving:
    """`registration serve` as a process, on a port that it keeps."""

    urls: DatabaseUrls
    folder: Path
    port: int
    child: Child | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, also again."""
        own = {
            "DATABASE_URL": self.urls.app,
            "REGISTRATION_API_JWT_SECRET": SECRET,
            "PREFECT_API_URL": "http://127.0.0.1:1/api",
        }
        self.child = await start_api(self.url, self.folder, os.environ | own, self.port)

    def kill(self) -> None:
        """End it by SIGKILL, as a machine that runs out of memory does."""
        assert self.child is not None
        self.child.kill()

    async def stop(self) -> None:
        """Stop it."""
        if self.child:
            await self.child.stop()


@dataclass
class Desktop:
    """A page in the browser, and what it asked for and complained about."""

    page: Page
    url: str
    secret: str
    requests: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])

    async def open(self, path: str) -> None:
        """Go to a page of the console."""
        await self.page.goto(f"{self.url}{path}", wait_until="domcontentloaded")

    async def hide(self, *, hidden: bool) -> None:
        """Have a page that reads its stream believe that its tab is hidden, or in sight again."""
        await self.page.wait_for_function(_READS)
        await self.page.evaluate(_HIDE, hidden)


@asynccontextmanager
async def at_desk(
    browser: Browser, serving: Serving, tenant: Tenant, name: str = "Mere", role: str = "operator"
) -> AsyncGenerator[Desktop]:
    """A person who opened a sign-in link."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="Pacific/Auckland")
    context.set_default_timeout(HANG * 1000)
    page = await context.new_page()
    made = Desktop(page, serving.url, await link_of(tenant, role, name))
    page.on("request", lambda request: made.requests.append(_address(request)))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda message: made.complaints.append(message.text) if message.type == "error" else None)
    await made.open(f"/sign-in#{made.secret}")
    await page.wait_for_url(f"{serving.url}/")
    try:
        yield made
    finally:
        await context.close()


def _address(request: Request) -> str:
    return request.url
