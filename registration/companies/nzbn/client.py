"""The official NZBN API (v5) as a way to ask the companies register."""

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
from registration.companies.nzbn.search import SearchItem, found_companies, likest, search_terms
from registration.companies.rate_limit import RequestPace
from registration.companies.register import search_both
from registration.errors import NotFound, RegisterPageNotUnderstood
from registration.settings import settings

T = TypeVar("T")

_MOST_PAGES = 3
_READ_IN_FULL = 5


class NzbnApi:
    """Searches entities by name and reads them; an async context manager that closes its connections.

    Lists of results carry no address, so the few that are most alike by name are read in full.
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
        """`base_url` with its path, as "https://api.business.govt.nz/gateway/nzbn/v5".

        A request has `limit_seconds`, scaled; without `pace` they are sent as fast as answers come. Raises
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
        """By name only; see CompaniesRegister."""
        by_name = (lambda: self._found(query)) if query.name else SourceState.NOT_ASKED
        return await search_both(by_name, SourceState.NOT_OFFERED)

    async def details(self, company_number: str) -> CompanyDetails:
        """The full entry of one company; see CompaniesRegister."""
        items = await self._items(company_number, status=None)
        found = found_companies(items)
        entities = await _together(
            self._api.entity(nzbn, found[nzbn].company_number) for nzbn in _may_be(company_number, found)
        )
        fitting = [
            entity for entity in entities if with_entity(found[entity.nzbn], entity).company_number == company_number
        ]
        if not fitting:
            raise NotFound(f"the NZBN register has no company with the number {company_number}")
        entity = the_company(company_number, fitting)
        return company_details(found[entity.nzbn], entity)

    async def _found(self, query: RegisterQuery) -> tuple[FoundCompany, ...]:
        """Registered companies by all search terms; to the likest is added what only the full entity says."""
        items = [item for term in search_terms(query) for item in await self._items(term, status="Registered")]
        companies = found_companies(items)
        likest_ones = likest(query, companies, _READ_IN_FULL)
        companies |= await _together(self._in_full(nzbn, companies[nzbn]) for nzbn in likest_ones)
        numbered = tuple(company for company in companies.values() if company.company_number)
        if companies and not numbered and (unread := [one for one in companies.values() if one.not_read]):
            raise RegisterPageNotUnderstood(f"no entity of the results has a number: {unread[0].not_read}")
        return numbered

    async def _in_full(self, nzbn: str, company: FoundCompany) -> tuple[str, FoundCompany]:
        """An entity that cannot be read, or has gone since it was listed, stays as it was listed, with the reason."""
        try:
            entity = await self._api.entity(nzbn, company.company_number)
        except (NotFound, RegisterPageNotUnderstood) as error:
            return nzbn, company.model_copy(update={"not_read": error.message})
        return nzbn, with_entity(company, entity)

    async def _items(self, term: str, status: str | None) -> list[SearchItem]:
        """The entities of the first pages of results."""
        found: list[SearchItem] = []
        for number in range(_MOST_PAGES):
            page = await self._api.search(term, number, status)
            found += page.items or ()
            if page.ends(len(found), PAGE_SIZE):
                break
        return found


def _may_be(company_number: str, companies: Mapping[str, FoundCompany]) -> list[str]:
    """The keys of the companies with a number; of those whose number the list hides, the first few."""
    known = [key for key, company in companies.items() if company.company_number == company_number]
    return known or [key for key, company in companies.items() if not company.company_number][:_READ_IN_FULL]


async def _together(work: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """All results; the first error gives up what still runs."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
