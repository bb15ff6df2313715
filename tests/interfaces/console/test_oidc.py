"""Signing in at a real OpenID provider, which runs beside the test, and every way back from it that is none."""

import json
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio

from dev.stack.databases import DatabaseUrls
from dev.stack.environment import base_environment
from dev.stack.network import free_port, until_answers
from dev.stack.processes import start
from interfaces.console.app import create_program
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tests.interfaces.api.calling import SECRET
from tests.interfaces.console.visiting import ADDRESS, browser_of, served
from tests.registration.tenant import Tenant
from tests.waiting import HANG


@dataclass
class AtProvider:
    """The console, and the provider at which a person signs in."""

    transport: httpx.AsyncBaseTransport
    provider: httpx.AsyncClient

    async def code_for(self, address: str, person: str) -> dict[str, str]:
        """What the provider gives back to a person who signs in."""
        asked = urlsplit(address)
        signed_in = await self.provider.post(f"{asked.path}?{asked.query}", data={"sub": person})
        given = parse_qs(urlsplit(signed_in.headers["location"]).query)
        return {name: value for name, [value] in given.items()}


@pytest_asyncio.fixture
async def at_provider(database_urls: DatabaseUrls, tenant: Tenant, tmp_path: Path) -> AsyncGenerator[AtProvider]:
    """A provider that knows two persons: one of this test's organisation, one of none."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    mere = {"sub": "mere", "email": "mere@example.nz", "roles": ["viewer"], "org_id": str(tenant.organisation_id)}
    people = [mere, {"sub": "hana", "email": "hana@example.nz", "roles": ["admin"]}]
    known = [argument for person in people for argument in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *known]
    environment = base_environment(allow_external=False)
    child = start("provider", command, log=tmp_path / "provider.log", environment=environment, folder=tmp_path)
    settings = {"console_oidc_issuer": url, "console_oidc_client_id": "console", "console_oidc_client_secret": "any"}
    try:
        await until_answers(f"{url}/.well-known/openid-configuration", child, HANG)
        async with (
            httpx.AsyncClient(base_url=url) as provider,
            served(database_urls.app, console_url=ADDRESS, api_role_claim="roles", **settings) as transport,
        ):
            yield AtProvider(transport, provider)
    finally:
        await child.stop()


async def test_a_person_of_the_provider_signs_in(at_provider: AtProvider) -> None:
    """And comes to the page that was asked for, as who the provider says, with the role of the claims."""
    async with browser_of(at_provider.transport) as client:
        page = await client.get("/sign-in?next=/batches")
        assert "/sign-in/oidc?next=/batches" in page.text
        begun = await client.get("/sign-in/oidc?next=/batches")
        asked = parse_qs(urlsplit(begun.headers["location"]).query)
        assert (asked["code_challenge_method"], asked["redirect_uri"]) == (["S256"], [f"{ADDRESS}/sign-in/oidc/back"])
        given = await at_provider.code_for(begun.headers["location"], "mere")
        back = await client.get("/sign-in/oidc/back", params=given)
        assert (back.status_code, back.headers.get("location")) == (303, "/batches"), back.text
        assert "mere@example.nz · viewer" in (await client.get("/batches")).text
        again = await client.get("/sign-in/oidc/back", params=given)
        assert again.status_code == 403


async def test_who_is_of_no_organisation_does_not_get_in(at_provider: AtProvider) -> None:
    """The provider knows the person, the installation does not."""
    async with browser_of(at_provider.transport) as client:
        begun = await client.get("/sign-in/oidc")
        given = await at_provider.code_for(begun.headers["location"], "hana")
        back = await client.get("/sign-in/oidc/back", params=given)
        assert (back.status_code, "ORGANISATION_UNKNOWN" in back.text, "set-cookie" in back.headers) == (
            403,
            True,
            False,
        )


async def test_another_way_back_signs_nobody_in(at_provider: AtProvider) -> None:
    """Without an attempt, with the state or the code of another one, or with nothing at all."""
    async with browser_of(at_provider.transport) as one, browser_of(at_provider.transport) as two:
        begun = await one.get("/sign-in/oidc")
        given = await at_provider.code_for(begun.headers["location"], "mere")
        other = await two.get("/sign-in/oidc")
        state = parse_qs(urlsplit(other.headers["location"]).query)["state"][0]
        wrong = [given, {"state": state, "code": given["code"]}, {"state": state, "code": "guessed"}, {}, {"state": ""}]
        for query in wrong:
            answer = await two.get("/sign-in/oidc/back", params=query)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), query


async def test_without_a_provider_there_is_no_way_to_one(transport: httpx.AsyncBaseTransport) -> None:
    """The sign-in page does not offer it either."""
    async with browser_of(transport) as client:
        assert (await client.get("/sign-in/oidc")).status_code == 404
        assert (await client.get("/sign-in/oidc/back?state=x&code=y")).status_code == 404
        assert "/sign-in/oidc" not in (await client.get("/sign-in")).text


@pytest.mark.parametrize(
    "part", [{"console_oidc_issuer": "https://id.example.nz"}, {"console_oidc_client_id": "console"}]
)
def test_a_part_of_the_settings_is_said_at_the_start(part: dict[str, str]) -> None:
    """The message names all of them."""
    given = {"database_url": "postgresql://kai@localhost/kai", "api_jwt_secret": SECRET} | part
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_CONSOLE_OIDC_CLIENT_ID"):
        create_program(Settings.model_validate(given))
