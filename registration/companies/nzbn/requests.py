"""Requests to the NZBN API (v5): signed with the subscription key, rate-limited, every failure a typed error."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from registration.companies.nzbn.entity import FullEntity
from registration.companies.nzbn.errors import (
    KEY_HEADER,
    KEY_LOCATION,
    is_rate_limited,
    not_understood,
    read_answer,
    time_to_wait,
)
from registration.companies.nzbn.search import SearchPage
from registration.companies.rate_limit import RequestPace
from registration.companies.website.errors import NO_ANSWER, no_answer
from registration.errors import MisconfiguredInstallation, RegisterUnavailable, RegistrationError
from registration.kit.http import authorities, send_bounded
from registration.settings import settings

PAGE_SIZE = 50
_PAUSE_SECONDS = 60
_MOST_PAUSE_SECONDS = 300
"""The longest pause. If the API requests a longer one, the next request is sent anyway: its error gives the reason."""


class NzbnRequests:
    """The two endpoints of the API that are used. It holds connections until it is closed."""

    def __init__(
        self,
        base_url: str,
        subscription_key: SecretStr,
        at_a_time: int,
        limit: float,
        pace: RequestPace | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        """`limit` is the timeout of a request in seconds. Raises MisconfiguredInstallation if there is no valid key."""
        headers = {KEY_HEADER: _sendable(subscription_key), "Accept": "application/json"}
        self._base_url = base_url.rstrip("/")
        self._slots = asyncio.Semaphore(at_a_time)
        self._pace = pace
        self._limit = limit
        self._client = httpx.AsyncClient(
            headers=headers, transport=transport, timeout=limit, verify=authorities(of_environment=True)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def search(self, term: str, page: int, status: str | None) -> SearchPage:
        """One page of the entities that match a text; pages are counted from 0, `status` None matches any status.

        Raises MisconfiguredInstallation if there is no such endpoint at this address.
        """
        params = {"search-term": term, "page": str(page), "page-size": str(PAGE_SIZE)}
        response = await self._get("/entities", params | ({"entity-status": status} if status else {}))
        if response.status_code == 404:
            raise MisconfiguredInstallation(
                f"the NZBN API is not at {self._base_url}: put its address into REGISTRATION_NZBN_URL, or `base_url` of"
                " the Prefect block companies-register",
                url=str(response.url),
            )
        answer = read_answer(response, SearchPage)
        if page == 0 and (why := answer.contradiction()):
            raise not_understood(why, response)
        return answer

    async def entity(self, nzbn: str, company_number: str) -> FullEntity:
        """The full entity that was found with `company_number` (empty if the list hid it). Raises NotFound."""
        response = await self._get(f"/entities/{quote(nzbn, safe='')}", {})
        entity = read_answer(response, FullEntity)
        if entity.nzbn != nzbn:
            raise not_understood(f"it describes the entity {entity.nzbn} instead of {nzbn}", response)
        number = entity.source_register_unique_identifier
        if company_number and number not in (None, company_number):
            raise not_understood(f"it describes company {number} instead of {company_number}", response)
        return entity

    async def _get(self, path: str, params: Mapping[str, str]) -> httpx.Response:
        async with self._slots:
            if self._pace is not None:
                await self._pace.turn()
            response = await self._send(f"{self._base_url}{path}", params)
            if self._pace is not None and is_rate_limited(response):
                await self._pace.hold(_pause_seconds(response))
        return response

    async def _send(self, url: str, params: Mapping[str, str]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._limit):
                return await send_bounded(self._client, self._client.build_request("GET", url, params=params))
        except TimeoutError:
            failure: RegistrationError = RegisterUnavailable("the register gave no answer in time", url=url)
        except tuple(NO_ANSWER) as error:
            failure = no_answer(error, url)
        raise failure  # outside the handler: httpx's error references the request, which contains the key


def _pause_seconds(response: httpx.Response) -> float:
    """Seconds during which no process sends a request."""
    requested = time_to_wait(response)
    usual, most = settings().scaled(_PAUSE_SECONDS), settings().scaled(_MOST_PAUSE_SECONDS)
    return usual if requested is None else min(requested, most)


def _sendable(subscription_key: SecretStr) -> str:
    key = subscription_key.get_secret_value().strip()
    if not key:
        raise MisconfiguredInstallation(f"the NZBN API needs a subscription key: put one into {KEY_LOCATION}")
    if not key.isascii() or not key.isprintable():
        raise MisconfiguredInstallation(f"the subscription key of the NZBN API in {KEY_LOCATION} cannot be sent")
    return key
