"""The register's public pages, read over plain HTTP."""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urljoin

import httpx

from registration.clients.companies_pages import read_results
from registration.clients.company_page import read_company
from registration.clients.register import search_both
from registration.clients.register_errors import NO_ANSWER, bad_status, no_answer, not_understood
from registration.errors import NotFound
from registration.models.company import FoundCompany, RegisterQuery, SearchResults, SourceState
from registration.models.company_details import CompanyDetails
from registration.settings import settings

_PATH = "/companies/app/ui/pages/companies"
_MOST_PAGES = 3
_PAGES_AT_A_TIME = 3
_LIMIT_SECONDS = 30


class CompaniesOfficeWebsite:
    """Searches the register's pages and reads companies; an async context manager that closes its connections."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = httpx.AsyncClient(
            transport=transport, timeout=settings().scaled(_LIMIT_SECONDS), follow_redirects=True
        )
        self._pages = asyncio.Semaphore(_PAGES_AT_A_TIME)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def search(self, query: RegisterQuery) -> SearchResults:
        """By name and by address at once; see CompaniesRegister."""
        return await search_both(
            (lambda: self._found({"q": query.name})) if query.name else SourceState.NOT_ASKED,
            (lambda: self._found({"q": "", "addressKeyword": query.street_and_city}))
            if query.street
            else SourceState.NOT_ASKED,
        )

    async def details(self, company_number: str) -> CompanyDetails:
        """The full entry of one company; see CompaniesRegister."""
        url = f"{self._base_url}{_PATH}/{company_number}/detail"
        status, html = await self._page(url)
        if status == 404:
            raise NotFound(f"the register has no company with the number {company_number}", url=url)
        if status != 200:
            raise bad_status(status, html, url)
        return read_company(html, url, company_number)

    async def _found(self, asked: dict[str, str]) -> tuple[FoundCompany, ...]:
        """The companies of the first pages of results."""
        fixed = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}
        url: str | None = f"{self._base_url}{_PATH}/search?{urlencode(asked | fixed)}"
        found: list[FoundCompany] = []
        for _ in range(_MOST_PAGES):
            if url is None:
                break
            status, html = await self._page(url)
            if status != 200:
                raise bad_status(status, html, url)
            page = read_results(html, url)
            found += page.companies
            url = self._next(url, page.next_link, html)
        return tuple(found)

    def _next(self, url: str, link: str | None, html: str) -> str | None:
        """The next page; it must be of the same site."""
        if link is None:
            return None
        following = urljoin(url, link)
        if not following.startswith(f"{self._base_url}/"):
            raise not_understood("the link to the next page leads elsewhere", html, url)
        return following

    async def _page(self, url: str) -> tuple[int, str]:
        async with self._pages:
            try:
                response = await self._client.get(url)
            except tuple(NO_ANSWER) as error:
                raise no_answer(error, url) from error
        return response.status_code, response.text
