"""What a page says instead of what was asked for: each state is designed, and says what to do."""

from uuid import uuid4

import pytest
from selectolax.lexbor import LexborHTMLParser

from interfaces.api.limits import Kind
from tests.interfaces.console.visiting import ADDRESS, COOKIE, OWN, Visit, browser_of, first, link_of, served
from tests.registration.tenant import Tenant

NOWHERE = "postgresql://kai:hush@127.0.0.1:1/kai"


async def test_a_database_that_is_away_is_said_and_tried_again(tenant: Tenant) -> None:
    """Nothing of the connection is shown; the page loads itself again, a part of a page does not."""
    token = await link_of(tenant)
    async with served(NOWHERE) as transport, browser_of(transport) as client:
        client.cookies.set(COOKIE, token)
        page = await client.get("/batches")
        assert (page.status_code, page.headers["retry-after"], 'data-again="5"' in page.text) == (503, "5", True)
        assert "Nothing is lost" in page.text
        assert not [one for one in ("hush", "127.0.0.1", "psycopg", token) if one in page.text]
        part = await client.get("/batches", headers={"HX-Request": "true"})
        assert (part.status_code, part.text.startswith("<div")) == (503, True)


async def test_a_page_that_is_not_there_keeps_the_frame(visit: Visit) -> None:
    """The way to the other pages, and the number under which the log has the request."""
    for path in ("/nothing", "/batches/x", "/jobs"):
        answer = await visit.get(path, **{"X-Request-ID": "request-12345"})
        assert (answer.status_code, "There is nothing here" in answer.text) == (404, True), path
        assert ("request-12345" in answer.text, 'href="/batches"' in answer.text) == (True, True), path


async def test_what_is_wrong_with_a_request_is_said_and_not_repeated(visit: Visit) -> None:
    """Where the wrong field is; a value may be what somebody wants to see repeated."""
    answer = await visit.get("/batches?day=%3Cscript%3E&after=-1")
    assert (answer.status_code, "&lt;script" in answer.text, "<script>" in answer.text) == (422, False, False)
    assert "?day" in answer.text


async def test_a_body_that_is_too_long_is_refused(visit: Visit) -> None:
    """Before it is read."""
    answer = await visit.client.post("/sign-in", content=b"link=" + b"x" * 2_000_000, headers=OWN)
    assert (answer.status_code, "Too large" in answer.text) == (413, True)


async def test_nobody_asks_more_often_than_one_may(visit: Visit) -> None:
    """The limits of the REST API hold here too; the answer says when to try again."""
    path = f"/batches/{uuid4()}/continue"
    answers = [await visit.post(path) for _ in range(Kind.WRITE.per_minute + 1)]
    assert {one.status_code for one in answers[:-1]} == {404}
    assert (answers[-1].status_code, "retry-after" in answers[-1].headers) == (429, True)


async def test_a_dialog_is_a_page_for_whoever_opens_its_address(visit: Visit, tenant: Tenant) -> None:
    """Everything has an address of its own."""
    restaurant_id, _ = await tenant.restaurant()
    batch, _ = await tenant.batch(restaurant_id)
    page = await visit.page(f"/batches/{batch}/cancel")
    assert "Cancel the batch" in first(page, "main h2").text()
    assert page.css("nav.rail a")


@pytest.mark.parametrize(
    "method, path, headers, again",
    [
        ("GET", "/batches?day=x", {}, "/batches"),
        ("GET", "/nothing", {}, None),
        ("GET", "/sign-out", {}, None),
        ("POST", "/sign-out", {"X-CSRF-Token": "wrong"}, None),
        ("POST", "/sign-out", {"X-CSRF-Token": "wrong", "Referer": f"{ADDRESS}/leads?q=kai"}, "/leads?q=kai"),
        ("POST", "/sign-out", {"X-CSRF-Token": "wrong", "Referer": "https://elsewhere.example/leads"}, None),
        (
            "POST",
            "/sign-out",
            {"X-CSRF-Token": "wrong", "HX-Current-URL": f"{ADDRESS}/batches?show=needs"},
            "/batches?show=needs",
        ),
    ],
)
async def test_only_a_page_is_offered_to_be_loaded_again(
    visit: Visit, method: str, path: str, headers: dict[str, str], again: str | None
) -> None:
    """Not the address of a command, which answers no browser that opens it, nor what is not there."""
    answer = await visit.client.request(method, path, headers=OWN | headers)
    links = {one.text(): one.attributes["href"] for one in LexborHTMLParser(answer.text).css(".problem .actions a")}
    assert (links.get("Load again"), links.get("Inbox")) == (again, "/"), answer.text
