"""Answers of any size are read only so far, from whoever they come."""

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import SecretStr

from registration.companies.nzbn.requests import NzbnRequests
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.http import HttpVisitors
from registration.errors import (
    PlatformRefused,
    PlatformUnclear,
    RegisterPageNotUnderstood,
    RegisterUnavailable,
    RegistrationError,
)
from registration.kit.http import MOST_BYTES, is_cut, send_bounded
from registration.platform.client import PlatformClient, PlatformRequest
from tests.registration.serving import served

_PART = b"x" * 100_000


class Endless:
    """A server whose answers, and those of its redirects, never end; it counts what was taken of them."""

    def __init__(self) -> None:
        self.sent = 0

    def app(self) -> FastAPI:
        """The server as an application."""
        app = FastAPI()
        app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST"])
        return app

    async def _answer(self, request: Request, status: int = 200) -> StreamingResponse:
        headers = {"Location": "/"} if status == 302 else {}
        return StreamingResponse(self._parts(), status, headers, media_type="text/html")

    async def _parts(self) -> AsyncGenerator[bytes]:
        while self.sent < 20 * MOST_BYTES:
            yield _PART
            self.sent += len(_PART)
            await asyncio.sleep(0)


@asynccontextmanager
async def endless() -> AsyncGenerator[tuple[str, Endless]]:
    """Its address, and what it counts."""
    server = Endless()
    async with served(server.app()) as url:
        yield url, server
    assert server.sent < 5 * MOST_BYTES


@pytest.mark.parametrize("status, kind", [(200, PlatformUnclear), (500, PlatformUnclear), (400, PlatformRefused)])
async def test_an_endless_answer_of_the_platform_means_what_its_status_says(
    status: int, kind: type[RegistrationError]
) -> None:
    """A success that cannot be read is unclear; a clear no needs no words."""
    async with endless() as (url, _), PlatformClient(url, SecretStr("key"), uuid4()) as client:
        with pytest.raises(kind, match="too long"):
            await client.send(PlatformRequest(f"/api/x?status={status}", {}), 20)


async def test_an_endless_answer_of_the_nzbn_register_is_not_understood() -> None:
    """The error keeps the beginning as evidence."""
    async with endless() as (url, _):
        requests = NzbnRequests(url, SecretStr("key"), 1, 20, None, None)
        with pytest.raises(RegisterPageNotUnderstood, match="too long"):
            await requests.search("Kai", 0, None)
        await requests.close()


@pytest.mark.parametrize("status", [200, 302])
async def test_an_endless_page_of_the_register_is_not_understood(status: int) -> None:
    """Also where it is the page of a redirect."""
    async with endless() as (url, _), HttpVisitors(20) as visitors, visitors.visit() as visit:
        with pytest.raises(RegistrationError, match="too long"):
            await visit.open(f"{url}/?status={status}")


async def test_a_page_that_trickles_is_given_up_when_its_time_is_over() -> None:
    """The limit counts the whole page, not the time between two bytes of it."""

    async def trickle() -> AsyncGenerator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    app = FastAPI()
    app.add_api_route("/", lambda: StreamingResponse(trickle()))
    async with served(app) as url, HttpVisitors(1) as visitors, visitors.visit() as visit:
        with pytest.raises(RegisterUnavailable, match="in time"):
            await visit.open(url)


async def test_redirects_are_followed_and_end() -> None:
    """From one address to the next, but not for ever."""
    app = FastAPI()
    app.add_api_route("/loop", lambda: RedirectResponse("/loop"))
    app.add_api_route("/first", lambda: RedirectResponse("/second"))
    app.add_api_route("/second", lambda: "here")
    async with served(app) as url, HttpVisitors(20) as visitors, visitors.visit() as visit:
        page = await visit.open(f"{url}/first")
        assert (page.url, page.html) == (f"{url}/second", '"here"')
        with pytest.raises(RegisterPageNotUnderstood, match="endless redirects"):
            await visit.open(f"{url}/loop")


async def test_a_page_that_is_too_long_never_leaves_the_browser(open_browser: None) -> None:
    """It is measured there."""
    app = FastAPI()
    app.add_api_route("/", lambda: StreamingResponse(iter([_PART] * 50), media_type="text/html"))
    async with served(app) as url, BrowserVisitors(limit=60) as visitors, visitors.visit() as visit:
        with pytest.raises(RegisterPageNotUnderstood, match="too long"):
            await visit.open(url)


async def test_a_compressed_answer_is_bounded_as_it_is_unpacked() -> None:
    """Nobody asked for it; a thousand times its size is not kept either."""

    def bomb(request: httpx.Request) -> httpx.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Packed())

    async with httpx.AsyncClient(transport=httpx.MockTransport(bomb)) as client:
        answer = await send_bounded(client, client.build_request("GET", "http://x.test"), most=1000)
    assert answer.content == b"x" * 1000
    assert is_cut(answer)


class _Packed(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncGenerator[bytes]:
        yield gzip.compress(b"x" * 1_000_000)
