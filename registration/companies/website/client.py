"""The companies register through its public website: concurrent visits, rate-limited."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote, urlencode

from registration.companies.details import CompanyDetails
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults, SourceState
from registration.companies.rate_limit import RequestPace
from registration.companies.register import search_both
from registration.companies.website.browser_visits import BrowserVisitors
from registration.companies.website.pages import Page, PageReader, Visit, Visitors
from registration.errors import BrowserCrashed, PageAborted
from registration.settings import settings

PAGES_PATH = "/companies/app/ui/pages/companies"
_MOST_PAGES = 3
_PAUSE_SECONDS = 60.0
_MOST_PAUSE_SECONDS = 300.0

Result = TypeVar("Result")


class CompaniesOfficeWebsite:
    """Searches the register's pages and reads companies; an async context manager that closes its visitors.

    The default for `visitors` is the browser; without `pace` requests are not rate-limited.
    """

    searches_addresses: bool = True

    def __init__(
        self,
        base_url: str,
        visitors: Visitors | None = None,
        *,
        pages_at_a_time: int = 3,
        pace: RequestPace | None = None,
    ) -> None:
        self._pages_url = f"{base_url.rstrip('/')}{PAGES_PATH}"
        self._visitors = visitors or BrowserVisitors()
        self._reader = PageReader(base_url)
        self._pages = asyncio.Semaphore(pages_at_a_time)
        self._pace = pace
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._exits.enter_async_context(self._visitors)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    async def search(self, query: RegisterQuery) -> SearchResults:
        """Search by name and by address concurrently; see CompaniesRegister."""
        return await search_both(
            (lambda: self._search({"q": query.name})) if query.name else SourceState.NOT_ASKED,
            (lambda: self._search({"q": "", "addressKeyword": query.street_and_city}))
            if query.street
            else SourceState.NOT_ASKED,
        )

    async def details(self, company_number: str) -> CompanyDetails:
        """The full entry of one company; see CompaniesRegister."""
        url = f"{self._pages_url}/{quote(company_number, safe='')}/detail"

        async def read(visit: Visit) -> CompanyDetails:
            page = await self._request(lambda: visit.open(url))
            return await self._reader.company(visit, page, company_number)

        return await self._visit(read)

    async def _search(self, criteria: dict[str, str]) -> tuple[FoundCompany, ...]:
        """The companies of the first pages of results."""
        fixed = {"entityStatusGroups": "REGISTERED", "advancedPanel": "true", "mode": "advanced"}
        url = f"{self._pages_url}/search?{urlencode(criteria | fixed)}#results"

        async def read(visit: Visit) -> tuple[FoundCompany, ...]:
            page = await self._request(lambda: visit.open(url))
            results = await self._reader.results(visit, page)
            companies = list(results.companies)
            for _ in range(_MOST_PAGES - 1):
                if (link := results.next_link) is None:
                    break
                page = await self._next(visit, page, link)
                results = await self._reader.results(visit, page)
                companies += results.companies
            return tuple(companies)

        return await self._visit(read)

    async def _next(self, visit: Visit, page: Page, link: str) -> Page:
        return await self._request(lambda: visit.follow(page, link))

    async def _visit(self, read: Callable[[Visit], Awaitable[Result]]) -> Result:
        """Run a visit; repeat it once from the start if the browser ended or a page was aborted."""
        async with self._pages:
            try:
                return await self._visit_once(read)
            except (BrowserCrashed, PageAborted):
                return await self._visit_once(read)

    async def _visit_once(self, read: Callable[[Visit], Awaitable[Result]]) -> Result:
        async with self._visitors.visit() as visit:
            return await read(visit)

    async def _request(self, send: Callable[[], Awaitable[Page]]) -> Page:
        """Send one request in turn; after a 429 all processes pause."""
        if self._pace is None:
            return await send()
        await self._pace.turn()
        page = await send()
        if page.status == 429:
            wait = page.retry_after or settings().scaled(_PAUSE_SECONDS)
            await self._pace.hold(min(wait, settings().scaled(_MOST_PAUSE_SECONDS)))
        return page
