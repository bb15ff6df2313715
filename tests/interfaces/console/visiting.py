"""The console as a browser calls it, without a browser: cookies, the headers of its pages and of htmx."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from interfaces.console.app import create_program
from registration.database.session import Database
from registration.database.sign_in_queries import Person, SignInKind, make_token
from registration.settings import Settings
from tests.interfaces.api.calling import SECRET
from tests.registration.tenant import Tenant

ADDRESS: Final = "https://console.test"
OWN: Final = {"Sec-Fetch-Site": "same-origin"}
COOKIE: Final = "__Host-registration"


@asynccontextmanager
async def served(database_url: str, **settings: Any) -> AsyncGenerator[httpx.AsyncBaseTransport]:
    """The program with these settings, as a transport for clients that each have cookies of their own."""
    given = {"database_url": database_url, "api_jwt_secret": SECRET} | settings
    program = create_program(Settings.model_validate(given))
    yield httpx.ASGITransport(app=program, raise_app_exceptions=False)
    await program.feeds.close()
    database: Database = program.console.state.database
    await database.close()


@asynccontextmanager
async def browser_of(transport: httpx.AsyncBaseTransport, address: str = ADDRESS) -> AsyncGenerator[httpx.AsyncClient]:
    """A client with no cookie yet. The transport is another's: it stays open."""
    client = httpx.AsyncClient(transport=transport, base_url=address)
    try:
        yield client
    finally:
        client.cookies.clear()


async def link_of(tenant: Tenant, role: str = "operator", name: str = "Mere", seconds: float = 60) -> str:
    """The secret of a one-time link."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return await make_token(transaction, SignInKind.LINK, Person(name, name, role), seconds)


async def sign_in(client: httpx.AsyncClient, link: str, *, next_: str = "/", **headers: str) -> httpx.Response:
    """The answer to the form of the sign-in page."""
    return await client.post("/sign-in", data={"link": link, "next": next_}, headers=OWN | headers)


@dataclass(frozen=True)
class Visit:
    """A signed-in person."""

    client: httpx.AsyncClient
    csrf: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A page, or with `hx="true"` the part of it that htmx asks for."""
        sent = {"HX-Request": "true", "HX-Request-Type": "partial"} if headers.pop("hx", None) else {}
        return await self.client.get(path, headers=sent | headers)

    async def page(self, path: str) -> LexborHTMLParser:
        """A page that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return LexborHTMLParser(answer.text)

    async def post(
        self, path: str, data: dict[str, Any] | None = None, headers: Mapping[str, str | None] | None = None
    ) -> httpx.Response:
        """What htmx sends from a page of the console; a header that is None is left out."""
        every: dict[str, str | None] = {"HX-Request": "true", "HX-Request-Type": "partial", "X-CSRF-Token": self.csrf}
        every |= OWN | dict(headers or {})
        sent = {name: value for name, value in every.items() if value is not None}
        return await self.client.post(path, data=data or {}, headers=sent)


@asynccontextmanager
async def signed_in(
    transport: httpx.AsyncBaseTransport, tenant: Tenant, role: str = "operator", name: str = "Mere"
) -> AsyncGenerator[Visit]:
    """A person of the organisation with this role, signed in by a link."""
    async with browser_of(transport) as client:
        answer = await sign_in(client, await link_of(tenant, role, name))
        assert answer.status_code == 303, answer.text
        yield Visit(client, await csrf_of(client))


def first(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """The first element that fits; there is one."""
    found = page.css_first(selector)
    assert found is not None, selector
    return found


async def csrf_of(client: httpx.AsyncClient) -> str:
    """The token that the pages of this session repeat."""
    page = LexborHTMLParser((await client.get("/")).text)
    [body] = page.css("body")
    headers = body.attributes["hx-headers:inherited"] or ""
    return headers.partition('"X-CSRF-Token": "')[2].partition('"')[0]
