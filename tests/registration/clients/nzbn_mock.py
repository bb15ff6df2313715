"""Answers of the NZBN API that the sandbox cannot give."""

from collections.abc import Callable
from typing import Any

import httpx
from pydantic import SecretStr

from registration.clients.nzbn import NzbnApi
from registration.models.company import RegisterQuery, SearchResults

KEY = SecretStr("top-secret-key")
URL = "http://nzbn.example/gateway/nzbn/v5"
KAI = RegisterQuery(name="Kai")
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
