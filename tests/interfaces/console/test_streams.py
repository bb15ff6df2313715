"""Messages of streams: what takes the place of what, and what is not sent because the page has it."""

import asyncio
import re
from contextlib import AsyncExitStack, aclosing
from time import monotonic
from uuid import UUID

from dev.screenshots.desk import Desk
from interfaces.api.live.reader import digest
from interfaces.api.live.readings import Readings
from interfaces.console.live.rail_feed import RAIL
from interfaces.console.live.stream import fragments, replacing
from interfaces.console.pages.batch.feed import digest_of, read_batch, wanted
from interfaces.console.rendering import text_of
from interfaces.console.sessions import Visitor
from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.console.streaming import App, Signed, request_of, until
from tests.interfaces.console.visiting import link_of
from tests.registration.tenant import Tenant
from tests.statements import statements
from tests.waiting import HANG

READERS = 30


def test_a_fragment_takes_the_place_of_its_element() -> None:
    """Its markup stays markup, also where a template made it."""
    assert replacing('\n<tr id="job-1"><td></td></tr>') == '<tr hx-swap-oob="outerMorph" id="job-1"><td></td></tr>'
    made = text_of("live.html", "inbox_count", 3)
    assert replacing(made) == '<span hx-swap-oob="outerMorph" id="inbox-count" class="count">3</span>'


def test_a_digest_tells_sets_of_fragments_apart() -> None:
    """In whatever order they were made."""
    assert digest(["a", "b"]) == digest(["b", "a"]) != digest(["a", "c"])


async def test_what_a_page_has_is_not_sent_again(visitor: Signed, tenant: Tenant) -> None:
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
            async with aclosing(fragments(request_of(app, token), person, RAIL, wanted(batch, None))) as first:
                async for event in first:
                    if f'id="job-{job}"' in (event.raw_data or ""):
                        break
            known = wanted(batch, digest_of(head, rows))
            async with aclosing(fragments(request_of(app, token), person, RAIL, known)) as events:
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


async def test_a_page_is_not_replaced_by_what_was_read_before_it(visitor: Signed, tenant: Tenant) -> None:
    """The feed of all pages may have read before the change that a page already shows."""
    app, person, token = visitor
    try:
        async with asyncio.timeout(HANG):
            assert await _first_count(app, person, token) == 0
            await Desk(tenant.database, tenant.organisation_id).batch("Monday", 12)
            assert await _first_count(app, person, token) > 0
    finally:
        await app.feeds.close()


async def test_readers_of_one_organisation_share_one_query_a_second(visitor: Signed, tenant: Tenant) -> None:
    """However many they are, and whatever their pages are: at rest a transaction has one query."""
    app, person, token = visitor
    desk = Desk(tenant.database, tenant.organisation_id)
    pages = [wanted(await desk.batch(name, 12), None) for name in ("Monday", "Tuesday")]
    moments = Readings(tenant.database, tenant.organisation_id)
    async with AsyncExitStack() as exits, asyncio.timeout(HANG):
        exits.push_async_callback(app.feeds.close)
        streams = [
            await exits.enter_async_context(
                aclosing(fragments(request_of(app, token), person, RAIL, pages[number % 2]))
            )
            for number in range(READERS)
        ]
        await asyncio.gather(*(until(stream, 'id="head"') for stream in streams))
        await moments.pause(1)
        began = monotonic()
        with statements() as sent:
            for _ in range(4):
                await moments.pause(1)
        seconds = monotonic() - began
    transactions = [one for one in sent if one.startswith("begin")]
    revisions = [one for one in sent if "is_open" in one]
    assert 1 <= len(revisions) <= seconds + 2, sent
    # Twice a minute one more transaction asks for the sessions.
    assert len(revisions) <= len(transactions) <= len(revisions) + 1 + seconds / 30, sent


async def test_a_stream_asks_whether_its_session_stands(visitor: Signed, tenant: Tenant) -> None:
    """Sessions that were ended, those of others and texts that are no token do not stand; one query answers all."""
    app, _, token = visitor
    other = await app.sessions.redeem(await link_of(tenant))
    assert other is not None
    await app.sessions.end(other)
    with statements() as sent:
        asked = [app.sessions.stands(one) for one in (token, token, other, "x")]
        assert await asyncio.gather(*asked) == [True, True, False, False]
    assert len([one for one in sent if one.startswith("begin")]) == 1
    await app.feeds.close()


async def _first_count(app: App, person: Visitor, token: str) -> int:
    """The number of the inbox in the first message that has it."""
    async with aclosing(fragments(request_of(app, token), person, RAIL)) as events:
        async for event in events:
            if found := re.search(r'id="inbox-count"[^>]*>(\d+)<', event.raw_data or ""):
                return int(found[1])
    raise AssertionError("the stream ended without the number")
