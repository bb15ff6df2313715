"""Messages of streams: what takes the place of what, and what is not sent because the page has it."""

import asyncio
import re
from contextlib import aclosing
from uuid import UUID

import pytest_asyncio
from starlette.requests import Request
from starlette.types import Message

from dev.screenshots.desk import Desk
from interfaces.api.live.feeds import Feeds
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import digest, fragments, replacing
from interfaces.console.pages.batch.feed import digest_of, read_batch, wanted
from interfaces.console.proxy import TrustedProxy
from interfaces.console.rendering import text_of
from interfaces.console.sessions import COOKIE, Sessions, Visitor
from registration.settings import Settings
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.console.visiting import link_of
from tests.registration.tenant import Tenant
from tests.waiting import HANG


def test_a_fragment_takes_the_place_of_its_element() -> None:
    """Its markup stays markup, also where a template made it."""
    assert replacing('\n<tr id="job-1"><td></td></tr>') == '<tr hx-swap-oob="outerMorph" id="job-1"><td></td></tr>'
    made = text_of("live.html", "inbox_count", 3)
    assert replacing(made) == '<span hx-swap-oob="outerMorph" id="inbox-count" class="count">3</span>'


def test_a_digest_tells_sets_of_fragments_apart() -> None:
    """In whatever order they were made."""
    assert digest(["a", "b"]) == digest(["b", "a"]) != digest(["a", "c"])


class App:
    """The part of an application that streams need."""

    def __init__(self, tenant: Tenant) -> None:
        self.state = self
        self.database = tenant.database
        self.feeds = Feeds(tenant.database)
        self.sessions = Sessions(tenant.database, TrustedProxy(Settings()))


@pytest_asyncio.fixture
async def visitor(tenant: Tenant) -> tuple[App, Visitor, str]:
    """A signed-in person, and the cookie of the session."""
    app = App(tenant)
    token = await app.sessions.redeem(await link_of(tenant))
    assert token is not None
    found = await app.sessions.find(token)
    assert found is not None
    return app, found, token


async def _nothing() -> Message:
    return {"type": "http.request"}


def _request(app: App, token: str) -> Request:
    cookie = f"{COOKIE}={token}".encode()
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"cookie", cookie)]}
    return Request(scope | {"app": app, "server": ("console.test", 443), "scheme": "https"}, _nothing)


async def test_what_a_page_has_is_not_sent_again(visitor: tuple[App, Visitor, str], tenant: Tenant) -> None:
    """A page that was just rendered gets what changes afterwards, row by row, and nothing else of its batch."""
    app, person, token = visitor
    batch = await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
    async with person.reading() as transaction:
        head, rows, _ = await read_batch(transaction, batch)
    job: UUID = rows[7].id
    seen = ""
    try:
        async with asyncio.timeout(HANG):
            # The feed has read the batch once somebody was sent a row of it.
            async with aclosing(fragments(_request(app, token), person, RAIL, wanted(batch, None))) as first:
                async for event in first:
                    if f'id="job-{job}"' in (event.raw_data or ""):
                        break
            known = wanted(batch, digest_of(head, rows))
            async with aclosing(fragments(_request(app, token), person, RAIL, known)) as events:
                async for event in events:
                    seen += event.raw_data or ""
                    if 'id="inbox-lines"' in seen and "job-" not in seen:
                        async with tenant.database.transaction(tenant.organisation_id) as transaction:
                            await advance(transaction, job, Step.SEARCH, StepStatus.COMPLETED)
                    if f'id="job-{job}"' in seen:
                        break
    finally:
        await app.feeds.close()
    assert seen.count('id="job-') == 1
    assert '<tr hx-swap-oob="outerMorph" id="job-' in seen


async def test_a_page_is_not_replaced_by_what_was_read_before_it(
    visitor: tuple[App, Visitor, str], tenant: Tenant
) -> None:
    """The feed of all pages may have read before the change that a page already shows."""
    app, person, token = visitor
    try:
        async with asyncio.timeout(HANG):
            assert await _first_count(app, person, token) == 0
            await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
            assert await _first_count(app, person, token) > 0
    finally:
        await app.feeds.close()


async def _first_count(app: App, person: Visitor, token: str) -> int:
    """The number of the inbox in the first message that has it."""
    async with aclosing(fragments(_request(app, token), person, RAIL)) as events:
        async for event in events:
            if found := re.search(r'id="inbox-count"[^>]*>(\d+)<', event.raw_data or ""):
                return int(found[1])
    raise AssertionError("the stream ended without the number")
