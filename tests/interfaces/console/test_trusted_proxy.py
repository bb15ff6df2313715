"""A proxy that signs people in: its headers count, those of everybody else do not."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls
from interfaces.console.app import Program, create_program
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tests.interfaces.api.calling import SECRET
from tests.interfaces.console.visiting import browser_of
from tests.registration.tenant import Tenant

PROXY, ELSEWHERE = "10.1.0.7", "10.2.0.7"


@pytest_asyncio.fixture
async def program(database_urls: DatabaseUrls, tenant: Tenant) -> AsyncGenerator[Program]:
    """The program behind a proxy, for the organisation of this test."""
    given = {"database_url": database_urls.app, "api_jwt_secret": SECRET, "organisation": tenant.organisation_id}
    made = create_program(Settings.model_validate(given | {"console_proxies": "192.0.2.1, 10.1.0.0/24"}))
    yield made
    await made.feeds.close()
    await made.console.state.database.close()


def _from(program: Program, address: str) -> httpx.ASGITransport:
    return httpx.ASGITransport(app=program, client=(address, 1234), raise_app_exceptions=False)


async def _signed_in(client: httpx.AsyncClient, path: str = "/batches", **headers: str) -> httpx.Response:
    """The page, after the redirects of a browser behind the proxy."""
    sent = {f"X-Forwarded-{name.capitalize()}": value for name, value in headers.items()}
    answer = await client.get(path, headers=sent)
    while answer.status_code == 303:
        answer = await client.get(answer.headers["location"], headers=sent)
    return answer


async def test_the_person_of_the_proxy_is_signed_in(program: Program) -> None:
    """Without a link, with the role of the groups; recorded under the name that the proxy says."""
    async with browser_of(_from(program, PROXY)) as client:
        page = await _signed_in(client, email="mere@example.nz", groups="staff, admin,viewer")
        assert (page.status_code, "mere@example.nz · admin" in page.text) == (200, True), page.text


async def test_another_person_at_the_same_browser_gets_another_session(program: Program) -> None:
    """The session of the first ends; so does one with a role that was changed."""
    async with browser_of(_from(program, PROXY)) as client:
        await _signed_in(client, user="mere")
        before = dict(client.cookies)
        page = await _signed_in(client, user="ana")
        assert "ana · operator" in page.text
        viewing = await _signed_in(client, user="ana", groups="viewer")
        assert "ana · viewer" in viewing.text
    async with browser_of(_from(program, ELSEWHERE)) as client:
        client.cookies.update(before)
        assert (await client.get("/batches")).status_code == 303


async def test_headers_of_everybody_else_count_for_nothing(program: Program) -> None:
    """The address is that of the connection, whatever the request says of itself."""
    async with browser_of(_from(program, ELSEWHERE)) as client:
        answer = await client.get("/", headers={"X-Forwarded-Email": "mere@example.nz", "X-Forwarded-For": PROXY})
        assert answer.headers["location"].startswith("/sign-in")
        page = await client.get("/sign-in", headers={"X-Forwarded-Email": "mere@example.nz"})
        assert (page.status_code, "set-cookie" in page.headers) == (200, False)


@pytest.mark.parametrize(
    "headers, code",
    [
        ({"email": "mere@example.nz", "groups": "staff"}, "ROLE_REQUIRED"),
        ({"email": "mere@example.nz", "groups": ""}, "ROLE_REQUIRED"),
        ({"email": "mere@example.nz", "organisation": "kai"}, "ORGANISATION_UNKNOWN"),
        ({"email": "mere@example.nz", "organisation": str(uuid4())}, "ORGANISATION_UNKNOWN"),
    ],
)
async def test_without_a_role_or_an_organisation_nobody_gets_in(
    program: Program, headers: dict[str, str], code: str
) -> None:
    """The page says what is missing."""
    async with browser_of(_from(program, PROXY)) as client:
        answer = await _signed_in(client, **headers)
        assert (answer.status_code, code in answer.text, "set-cookie" in answer.headers) == (403, True, False)


async def test_a_sign_out_is_not_undone_at_once(program: Program) -> None:
    """The page after it waits for the person."""
    async with browser_of(_from(program, PROXY)) as client:
        page = await _signed_in(client, path="/sign-in?out=true", user="mere")
        assert (page.status_code, "You are signed out" in page.text) == (200, True)


def test_an_address_that_is_none_is_said_at_the_start() -> None:
    """The message names the setting."""
    given = {"database_url": "postgresql://kai@localhost/kai", "api_jwt_secret": SECRET, "console_proxies": "nginx"}
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_CONSOLE_PROXIES"):
        create_program(Settings.model_validate(given))


async def test_nobody_is_asked_for_a_sign_in_that_proves_nothing(program: Program, tenant: Tenant) -> None:
    """A person whom the proxy names in every request gives a reason only; a session from elsewhere signs in again."""
    old = "update registration_sign_ins set created_at = created_at - interval '16 minutes' where organisation_id = :id"
    admin = {"X-Forwarded-Email": "mere@example.nz", "X-Forwarded-Groups": "admin"}
    asked = "/accounts/reveal?email=kai@example.nz"
    async with browser_of(_from(program, PROXY)) as client:
        await _signed_in(client, email="mere@example.nz", groups="admin")
        await tenant.everything.execute(text(old), {"id": tenant.organisation_id})
        page = await client.get(asked, headers=admin)
        assert ("Sign in again" in page.text, 'hx-post="/accounts/reveal"' in page.text) == (False, True), page.text
        session = dict(client.cookies)
    async with browser_of(_from(program, ELSEWHERE)) as client:
        client.cookies.update(session)
        page = await client.get(asked, headers=admin)
        assert ("Sign in again" in page.text, 'hx-post="/accounts/reveal"' in page.text) == (True, False), page.text
