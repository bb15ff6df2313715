"""Visitors of the register's website without a browser: enough as long as the server sends complete pages."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from registration.companies.website.errors import NO_ANSWER, no_answer, not_understood
from registration.companies.website.pages import Page, Visit
from registration.errors import RegisterUnavailable
from registration.kit.http import authorities, is_cut, retry_after, send_bounded
from registration.settings import settings

_LIMIT_SECONDS = 30.0
_MOST_REDIRECTS = 20


class HttpVisitors:
    """Visitors that share the connections of one client; a page has `limit` seconds, by default 30 s, scaled."""

    def __init__(self, limit: float | None = None, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limit = limit or settings().scaled(_LIMIT_SECONDS)
        self._limit = limit
        self._client = httpx.AsyncClient(transport=transport, timeout=limit, verify=authorities(of_environment=True))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def visit(self) -> AsyncGenerator[Visit]:
        """See Visitors."""
        yield HttpVisit(self._client, self._limit)


class HttpVisit:
    """Pages as the server sends them; scripts do not run."""

    def __init__(self, client: httpx.AsyncClient, limit: float) -> None:
        self._client = client
        self._limit = limit

    async def open(self, url: str) -> Page:
        """The page at `url`; see Visit."""
        try:
            async with asyncio.timeout(self._limit):
                response = await self._answer(url)
        except TimeoutError as error:
            raise RegisterUnavailable("the register gave no answer in time", url=url) from error
        except tuple(NO_ANSWER) as error:
            raise no_answer(error, url) from error
        if is_cut(response):
            raise not_understood("it is too long", response.text, url)
        return Page(str(response.url), response.status_code, response.text, retry_after(response.headers))

    async def _answer(self, url: str) -> httpx.Response:
        """The response after all redirects; the body of each redirect has the same limit."""
        request: httpx.Request | None = self._client.build_request("GET", url)
        for _ in range(_MOST_REDIRECTS + 1):
            response = await send_bounded(self._client, request)
            request = response.next_request
            if request is None:
                return response
        raise httpx.TooManyRedirects("endless redirects")

    async def follow(self, page: Page, link: str) -> Page:
        """The page behind a link that is a URL; a script's link cannot be followed."""
        if link.startswith("javascript:"):
            raise not_understood("a link is a script's, which only a browser can follow", page.html, page.url)
        return await self.open(urljoin(page.url, link))

    async def changes(self, page: Page) -> AsyncGenerator[Page]:
        """Yields nothing: without scripts a page does not change."""
        for change in ():
            yield change

    async def screenshot(self) -> bytes | None:
        """None: nothing is rendered."""
        return None
