"""Links that work once, sessions that end, and cookies that nobody else can use."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from tests.interfaces.console.visiting import (
    COOKIE,
    OWN,
    Visit,
    browser_of,
    link_of,
    sign_in,
    signed_in,
)
from tests.registration.tenant import Tenant

Transport = httpx.AsyncBaseTransport


async def test_a_link_signs_in_once(transport: Transport, tenant: Tenant) -> None:
    """The second use of the link shows an error and sets no cookie."""
    link = await link_of(tenant)
    async with browser_of(transport) as first, browser_of(transport) as second:
        answer = await sign_in(first, link, next_="/batches?show=needs")
        assert (answer.status_code, answer.headers["location"]) == (303, "/batches?show=needs")
        again = await sign_in(second, link)
        assert (again.status_code, "set-cookie" in again.headers) == (403, False)
        assert "worth nothing" in again.text
        assert (await first.get("/batches")).status_code == 200


@pytest.mark.parametrize("link", ["", "x", "a" * 54, "ERERERERQRGBEREREREREQ" + "a" * 32, "é" * 54, "../../etc"])
async def test_what_is_no_link_signs_nobody_in(transport: Transport, link: str) -> None:
    """Guessed, malformed, or of no organisation."""
    async with browser_of(transport) as client:
        answer = await sign_in(client, link)
        assert answer.status_code in (403, 422)
        assert "set-cookie" not in answer.headers


async def test_a_link_expires(transport: Transport, tenant: Tenant) -> None:
    """A link that nobody used is worth nothing later."""
    link = await link_of(tenant, seconds=-1)
    async with browser_of(transport) as client:
        assert (await sign_in(client, link)).status_code == 403


async def test_opening_a_link_uses_nothing_up(transport: Transport, tenant: Tenant) -> None:
    """Its secret is behind #; programs that preview links send no forms."""
    link = await link_of(tenant)
    async with browser_of(transport) as client:
        page = await client.get(f"/sign-in#{link}")
        assert link not in page.text
        assert (await sign_in(client, link)).status_code == 303


@pytest.mark.parametrize("host", ["https://console.test", "http://127.0.0.1:8430", "http://localhost:8430"])
async def test_the_cookie_is_for_this_host_and_for_no_script(transport: Transport, tenant: Tenant, host: str) -> None:
    """On this machine alone there is no TLS."""
    async with browser_of(transport, host) as client:
        [cookie] = (await sign_in(client, await link_of(tenant))).headers.get_list("set-cookie")
        name, _, rest = cookie.partition("=")
        attributes = {one.strip().lower() for one in rest.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(one.startswith("domain") for one in attributes)
        assert (name, "secure" in attributes) == ((COOKIE, True) if "https" in host else ("registration", False))


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"]
)
async def test_after_the_sign_in_comes_a_page_of_the_console(transport: Transport, tenant: Tenant, path: str) -> None:
    """No link leads through the sign-in to another site."""
    async with browser_of(transport) as client:
        answer = await sign_in(client, await link_of(tenant), next_=path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_without_a_session_every_page_leads_to_the_sign_in(transport: Transport) -> None:
    """And from there back; a part of a page says so in its place."""
    async with browser_of(transport) as client:
        for path in ("/", "/batches", f"/batches/{uuid4()}", "/search?q=kai", "/nothing"):
            answer = await client.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next=%2F"), path
        part = await client.get("/batches", headers={"HX-Request": "true"})
        assert (part.status_code, "Sign in" in part.text) == (401, True)


async def test_a_sign_out_ends_the_session_everywhere(transport: Transport, visit: Visit) -> None:
    """Whoever copied the cookie has nothing of it."""
    copied = visit.client.cookies.get(COOKIE)
    assert copied
    answer = await visit.post("/sign-out")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/sign-in?out=true")
    async with browser_of(transport) as thief:
        assert (await thief.get("/", headers={"Cookie": f"{COOKIE}={copied}"})).status_code == 303


async def test_a_session_ends_by_itself(visit: Visit, tenant: Tenant) -> None:
    """Some hours after its last use, and a day after its sign-in however much it is used."""
    await _age(tenant, unused=timedelta(hours=1), signed_in=timedelta(hours=1))
    assert (await visit.get("/")).status_code == 200
    left = await _left(tenant)
    assert timedelta(hours=7, minutes=59) < left <= timedelta(hours=8)
    await _age(tenant, unused=timedelta(hours=1), signed_in=timedelta(hours=23))
    assert (await visit.get("/")).status_code == 200
    assert await _left(tenant) <= timedelta(hours=1)
    await _age(tenant, unused=timedelta(hours=9), signed_in=timedelta(hours=9))
    assert (await visit.get("/")).status_code == 303


async def _age(tenant: Tenant, *, unused: timedelta, signed_in: timedelta) -> None:
    """Have the session be as old as this."""
    query = text(
        "update registration_sign_ins set created_at = clock_timestamp() - :signed_in,"
        " updated_at = clock_timestamp() - :unused, expires_at = clock_timestamp() - :unused + interval '8 hours'"
        " where organisation_id = :organisation"
    )
    values = {"unused": unused, "signed_in": signed_in, "organisation": tenant.organisation_id}
    await tenant.everything.execute(query, values)


async def _left(tenant: Tenant) -> timedelta:
    query = text(
        "select max(expires_at) - clock_timestamp() from registration_sign_ins where organisation_id = :organisation"
    )
    return (await tenant.everything.execute(query, {"organisation": tenant.organisation_id})).scalar_one()


async def test_neither_link_nor_session_is_stored(transport: Transport, tenant: Tenant) -> None:
    """Whoever reads the database cannot sign in with it."""
    waiting = await link_of(tenant)
    async with signed_in(transport, tenant) as visit:
        cookie = visit.client.cookies.get(COOKIE) or "none"
        rows = await tenant.everything.execute(
            text("select s::text from registration_sign_ins s where organisation_id = :organisation"),
            {"organisation": tenant.organisation_id},
        )
        stored = "".join(rows.scalars())
        assert "session" in stored
        assert not any(secret in stored for secret in (waiting, waiting[22:], cookie, cookie[22:]))


async def test_a_session_of_a_changed_organisation_is_none(transport: Transport, visit: Visit, other: Tenant) -> None:
    """The organisation in the cookie is no claim: the secret must be of it."""
    cookie = visit.client.cookies.get(COOKIE) or ""
    foreign = await link_of(other)
    async with browser_of(transport) as client:
        changed = foreign[:22] + cookie[22:]
        assert (await client.get("/", headers={"Cookie": f"{COOKIE}={changed}"})).status_code == 303


async def test_a_new_sign_in_ends_the_session_before(transport: Transport, tenant: Tenant, visit: Visit) -> None:
    """Nothing of the former person goes on in the background."""
    before = visit.client.cookies.get(COOKIE)
    answer = await visit.client.post("/sign-in", data={"link": await link_of(tenant, name="Ana")}, headers=OWN)
    assert answer.status_code == 303
    assert "Ana" in (await visit.get("/")).text
    async with browser_of(transport) as client:
        assert (await client.get("/", headers={"Cookie": f"{COOKIE}={before}"})).status_code == 303
