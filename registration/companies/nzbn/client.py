"""The companies register through the official NZBN API (v5)."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import SecretStr

from registration.companies.details import CompanyDetails
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults, SourceState
from registration.companies.nzbn.mapping import company_details, the_company, with_entity
from registration.companies.nzbn.requests import PAGE_SIZE, NzbnRequests
from registration.companies.nzbn.search import SearchItem, companies_by_nzbn, most_similar, search_terms
from registration.companies.rate_limit import RequestPace
from registration.companies.register import search_both
from registration.errors import NotFound, RegisterPageNotUnderstood
from registration.settings import settings

T = TypeVar("T")

_MOST_PAGES = 3
_READ_IN_FULL = 5


class NzbnApi:
    """Searches entities by name and reads them; an async context manager that closes its connections.

    Search results have no address, so the few results with the most similar names are read in full.
    """

    searches_addresses: bool = False

    def __init__(
        self,
        base_url: str,
        subscription_key: SecretStr,
        *,
        requests_at_a_time: int = 3,
        limit_seconds: float = 30,
        pace: RequestPace | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`base_url` includes the path, such as "https://api.business.govt.nz/gateway/nzbn/v5".

        `limit_seconds` is the timeout of a request, scaled; without `pace` requests are not rate-limited. Raises
        MisconfiguredInstallation if there is no key.
        """
        limit = settings().scaled(limit_seconds)
        self._api = NzbnRequests(base_url, subscription_key, requests_at_a_time, limit, pace, transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._api.close()

    async def search(self, query: RegisterQuery) -> SearchResults:
        """Search by name only; see CompaniesRegister."""
        by_name = (lambda: self._search_by_name(query)) if query.name else SourceState.NOT_ASKED
        return await search_both(by_name, SourceState.NOT_OFFERED)

    async def details(self, company_number: str) -> CompanyDetails:
        """The full entry of one company; see CompaniesRegister."""
        items = await self._items(company_number, status=None)
        companies = companies_by_nzbn(items)
        entities = await _gather(
            self._api.entity(nzbn, companies[nzbn].company_number) for nzbn in _may_be(company_number, companies)
        )
        matching = [
            entity
            for entity in entities
            if with_entity(companies[entity.nzbn], entity).company_number == company_number
        ]
        if not matching:
            raise NotFound(f"the NZBN register has no company with the number {company_number}")
        entity = the_company(company_number, matching)
        return company_details(companies[entity.nzbn], entity)

    async def _search_by_name(self, query: RegisterQuery) -> tuple[FoundCompany, ...]:
        """Registered companies from all search terms; the most similar ones are completed from their full entities."""
        items = [item for term in search_terms(query) for item in await self._items(term, status="Registered")]
        companies = companies_by_nzbn(items)
        most_similar_keys = most_similar(query, companies, _READ_IN_FULL)
        companies |= await _gather(self._in_full(nzbn, companies[nzbn]) for nzbn in most_similar_keys)
        numbered = tuple(company for company in companies.values() if company.company_number)
        if companies and not numbered and (unread := [company for company in companies.values() if company.not_read]):
            raise RegisterPageNotUnderstood(f"no entity of the results has a number: {unread[0].not_read}")
        return numbered

    async def _in_full(self, nzbn: str, company: FoundCompany) -> tuple[str, FoundCompany]:
        """A listed company completed from its entity; if the entity cannot be read, unchanged but for the reason."""
        try:
            entity = await self._api.entity(nzbn, company.company_number)
        except (NotFound, RegisterPageNotUnderstood) as error:
            return nzbn, company.model_copy(update={"not_read": error.message})
        return nzbn, with_entity(company, entity)

    async def _items(self, term: str, status: str | None) -> list[SearchItem]:
        """The entities of the first pages of results."""
        items: list[SearchItem] = []
        for number in range(_MOST_PAGES):
            page = await self._api.search(term, number, status)
            items += page.items or ()
            if page.ends(len(items), PAGE_SIZE):
                break
        return items


def _may_be(company_number: str, companies: Mapping[str, FoundCompany]) -> list[str]:
    """The keys of the companies with the number; if there are none, of the first few whose number the list hides."""
    known = [key for key, company in companies.items() if company.company_number == company_number]
    return known or [key for key, company in companies.items() if not company.company_number][:_READ_IN_FULL]


async def _gather(work: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """All results; the first error cancels the coroutines that still run."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
