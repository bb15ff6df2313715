"""People at the console of the benchmark: one in a browser, and any number who only read its streams."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import httpx
from playwright.async_api import Page, expect

from dev.bench.served import Served
from dev.stack.databases import provide_organisation
from dev.stack.waiting import until
from registration.database.sign_in_queries import Person, SignInKind, make_token

READERS: Final = 30
_STREAMS_EACH: Final = 10
_LIMIT: Final = 120.0
_LOADED: Final = "performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass(frozen=True)
class Desk:
    """A person of one organisation at the console, in a browser."""

    served: Served
    page: Page
    organisation_id: UUID

    async def sign_in(self) -> None:
        """By a one-time link."""
        link = await _link(self.served, self.organisation_id)
        await self.page.context.clear_cookies()
        await self.page.goto(f"{self.served.url}/sign-in#{link}")
        await self.page.wait_for_url(f"{self.served.url}/")

    async def open(self, path: str) -> float:
        """The milliseconds until the page and all that belongs to it is loaded."""
        await self.page.goto(f"{self.served.url}{path}", wait_until="load")
        await expect(self.page.locator("main")).to_be_visible()
        return float(await self.page.evaluate(_LOADED))


@asynccontextmanager
async def session(served: Served, organisation_id: UUID, name: str = "benchmark") -> AsyncGenerator[httpx.AsyncClient]:
    """A client with the session of an administrator, and any number of connections."""
    await provide_organisation(served.bench.stack.addresses.owner_database_url, str(organisation_id))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=served.url, timeout=_LIMIT, limits=limits) as client:
        link = await _link(served, organisation_id, name)
        same = {"Sec-Fetch-Site": "same-origin"}
        signed = await client.post("/sign-in", data={"link": link, "next": "/"}, headers=same)
        if not signed.has_redirect_location:
            raise AssertionError(f"the sign-in was answered {signed.status_code}")
        yield client


@asynccontextmanager
async def reading(served: Served, organisation_id: UUID, batch: str, readers: int = READERS) -> AsyncGenerator[None]:
    """`readers` open streams of the batch's page during the block, ten of each person."""
    async with AsyncExitStack() as exits:
        people = [
            await exits.enter_async_context(session(served, organisation_id, f"reader {number}"))
            for number in range(-(-readers // _STREAMS_EACH))
        ]
        begun: list[int] = []
        tasks = [
            asyncio.create_task(_read(people[number // _STREAMS_EACH], f"{batch}/stream", begun))
            for number in range(readers)
        ]
        exits.push_async_callback(_end, tasks)
        await until(lambda: len(begun) >= readers or any(map(_failed, tasks)), f"{readers} streams", _LIMIT)
        yield


def _failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


async def _read(client: httpx.AsyncClient, path: str, begun: list[int]) -> None:
    async with client.stream("GET", path) as answer:
        answer.raise_for_status()
        begun.append(answer.status_code)
        async for _ in answer.aiter_bytes():
            pass


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    wrong = [one for one in ended if isinstance(one, httpx.HTTPStatusError)]
    if wrong:
        raise AssertionError(f"{len(wrong)} of {len(tasks)} streams were refused: {wrong[0]}")


async def _link(served: Served, organisation_id: UUID, name: str = "benchmark") -> str:
    async with served.bench.database.transaction(organisation_id) as transaction:
        return await make_token(transaction, SignInKind.LINK, Person(name, name, "admin"), _LIMIT)
