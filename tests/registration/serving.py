"""Websites of a test, over real HTTP: the sandbox's register, and pages that it cannot show."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from tests.waiting import until

ROW = """<tr><td><div><a class="link" href="x('{number}')"><span class="entityName">X {number}</span></a>
<span class="entityInfo">({number}) - Registered</span></div><div>1 Main St</div></td></tr>"""


def results(*numbers: int, after: str = "") -> str:
    """A page of results, and what follows the list."""
    rows = "".join(ROW.format(number=number) for number in numbers)
    return f'<html><body><table class="dataList">{rows}</table>{after}</body></html>'


@asynccontextmanager
async def served(app: Any) -> AsyncGenerator[str]:
    """The address of an application, served by this process."""
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started, "the application to be served")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@dataclass
class Site:
    """Pages by what is searched by name, and what was asked of the site so far."""

    pages: dict[str, Response] = field(default_factory=dict[str, Response])
    later: dict[str, Response] = field(default_factory=dict[str, Response])
    asked: list[str] = field(default_factory=list[str])
    at_a_time: int = 0
    most_at_a_time: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, name: str, html: str, status: int = 200, **headers: str) -> None:
        """Show a page to who searches by this name."""
        self.pages[name] = HTMLResponse(html, status, {key.replace("_", "-"): value for key, value in headers.items()})

    def after(self, name: str, html: str) -> None:
        """Show another page to who asks by this name for the second time."""
        self.later[name] = HTMLResponse(html)

    def app(self) -> FastAPI:
        """The site as an application; searches for "hold" are answered when `hold` is set."""
        app = FastAPI()
        app.add_api_route("/{path:path}", self._answer, methods=["GET"])
        return app

    async def _answer(self, request: Request) -> Response:
        name = request.query_params.get("q", "")
        self.asked.append(f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path)
        self.at_a_time += 1
        self.most_at_a_time = max(self.at_a_time, self.most_at_a_time)
        try:
            if name.startswith("hold"):
                await self.hold.wait()
            answer = self.pages.get(name)
            if name in self.later:
                self.pages[name] = self.later.pop(name)
            return answer or HTMLResponse("<body>No results found</body>")
        finally:
            self.at_a_time -= 1
