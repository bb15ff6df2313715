"""Requests to the NZBN API (v5): signed with the subscription key, at a polite pace, every failure a typed error."""

import asyncio
from collections.abc import Mapping
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from registration.companies.nzbn.entity import FullEntity
from registration.companies.nzbn.errors import (
    KEY_HEADER,
    WHERE_THE_KEY_IS,
    is_too_much,
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
_LEFT_ALONE_SECONDS = 60
_LEFT_ALONE_AT_MOST_SECONDS = 300
"""If it wants more, it is asked again all the same, so that the one who waits hears why."""


class NzbnRequests:
    """The two questions that are asked of the API. It holds connections until it is closed."""

    def __init__(
        self,
        base_url: str,
        subscription_key: SecretStr,
        at_a_time: int,
        limit: float,
        pace: RequestPace | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        """A request has `limit` seconds. Raises MisconfiguredInstallation if there is no key that can be sent."""
        headers = {KEY_HEADER: _sendable(subscription_key), "Accept": "application/json"}
        self._base_url = base_url.rstrip("/")
        self._places = asyncio.Semaphore(at_a_time)
        self._pace = pace
        self._limit = limit
        self._client = httpx.AsyncClient(
            headers=headers, transport=transport, timeout=limit, verify=authorities(of_environment=True)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def search(self, term: str, page: int, status: str | None) -> SearchPage:
        """One page of the entities that fit a text, pages counted from 0; `status` None is any.

        Raises MisconfiguredInstallation if there is no such question at this address.
        """
        asked = {"search-term": term, "page": str(page), "page-size": str(PAGE_SIZE)}
        response = await self._get("/entities", asked | ({"entity-status": status} if status else {}))
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
        """Everything about the entity that was found with this number, empty if none was told. Raises NotFound."""
        response = await self._get(f"/entities/{quote(nzbn, safe='')}", {})
        entity = read_answer(response, FullEntity)
        if entity.nzbn != nzbn:
            raise not_understood(f"it describes the entity {entity.nzbn} instead of {nzbn}", response)
        number = entity.source_register_unique_identifier
        if company_number and number not in (None, company_number):
            raise not_understood(f"it describes company {number} instead of {company_number}", response)
        return entity

    async def _get(self, path: str, params: Mapping[str, str]) -> httpx.Response:
        async with self._places:
            if self._pace is not None:
                await self._pace.turn()
            response = await self._send(f"{self._base_url}{path}", params)
            if self._pace is not None and is_too_much(response):
                await self._pace.hold(_left_alone(response))
        return response

    async def _send(self, url: str, params: Mapping[str, str]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._limit):
                return await send_bounded(self._client, self._client.build_request("GET", url, params=params))
        except TimeoutError:
            failure: RegistrationError = RegisterUnavailable("the register gave no answer in time", url=url)
        except tuple(NO_ANSWER) as error:
            failure = no_answer(error, url)
        raise failure  # outside of the handler: httpx's error holds the request, and that the key


def _left_alone(response: httpx.Response) -> float:
    """For how long nobody asks again."""
    wanted = time_to_wait(response)
    usual, most = settings().scaled(_LEFT_ALONE_SECONDS), settings().scaled(_LEFT_ALONE_AT_MOST_SECONDS)
    return usual if wanted is None else min(wanted, most)


def _sendable(subscription_key: SecretStr) -> str:
    key = subscription_key.get_secret_value().strip()
    if not key:
        raise MisconfiguredInstallation(f"the NZBN API needs a subscription key: put one into {WHERE_THE_KEY_IS}")
    if not key.isascii() or not key.isprintable():
        raise MisconfiguredInstallation(f"the subscription key of the NZBN API in {WHERE_THE_KEY_IS} cannot be sent")
    return key
