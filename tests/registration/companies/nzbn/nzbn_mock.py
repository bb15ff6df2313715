"""Answers of the NZBN API that the sandbox cannot give."""

from collections.abc import Callable
from typing import Any

import httpx
from pydantic import SecretStr

from registration.companies.details import CompanyDetails
from registration.companies.models import FoundCompany, RegisterQuery, SearchResults
from registration.companies.nzbn.client import NzbnApi

KEY = SecretStr("top-secret-key")
URL = "http://nzbn.example/gateway/nzbn/v5"
KAI = RegisterQuery(name="Kai")
PERSON = {"rolePerson": {"firstName": "Mere", "lastName": "WALKER"}}
ROLE = {"roleType": "Director"} | PERSON
Answer = Callable[[httpx.Request], httpx.Response]


def item(number: int | None, **more: Any) -> dict[str, Any]:
    """An entity of a list."""
    known = {"nzbn": f"94290{number or 0:08d}", "entityName": "KAI LIMITED", "entityStatusDescription": "Registered"}
    return known | {"sourceRegisterUniqueId": number and str(number)} | more


def full(request: httpx.Request, **more: Any) -> httpx.Response:
    """The full entity that is asked for."""
    return httpx.Response(200, json={"nzbn": request.url.path.rpartition("/")[2], "entityName": "KAI LIMITED"} | more)


def is_search(request: httpx.Request) -> bool:
    """Whether a list is asked for."""
    return request.url.path.endswith("/entities")


def asking(answer: Answer | httpx.AsyncBaseTransport, **more: Any) -> NzbnApi:
    """A client that gets these answers."""
    transport = answer if isinstance(answer, httpx.AsyncBaseTransport) else httpx.MockTransport(answer)
    return NzbnApi(f"{URL}/", KEY, transport=transport, **more)


def listing(items: list[dict[str, Any]] | None, total: int | None = None, **entity: Any) -> Answer:
    """Answers every search with the items, and every question for an entity with what is said of it."""

    def answer(request: httpx.Request) -> httpx.Response:
        if is_search(request):
            return httpx.Response(200, json={"items": items, "totalItems": total})
        return full(request, **entity)

    return answer


async def searched(answer: Answer, query: RegisterQuery = KAI) -> SearchResults:
    """What a search gives."""
    async with asking(answer) as register:
        return await register.search(query)


async def details(listed: dict[str, Any] | None = None, **entity: Any) -> CompanyDetails:
    """The entry of the company 1, of which this is said."""
    async with asking(listing([item(1, **(listed or {}))], 1, **entity)) as register:
        return await register.details("1")


async def listed(entity: dict[str, Any], **more: Any) -> FoundCompany:
    """The company 1 as a search finds it, whose full entity says this."""
    [found] = (await searched(listing([item(1, **more)], 1, **entity))).found_by_name
    return found
