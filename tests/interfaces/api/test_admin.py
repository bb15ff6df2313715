"""Passwords, settings, checks and the record of what persons did: who may see and change them."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio
from cryptography.fernet import Fernet

from dev.stack.databases import DatabaseUrls
from registration.gates.decisions import Channel, NoMatch
from tests.interfaces.api.calling import BATCHES, claims_of, served_api, signed
from tests.registration.at_gate import at_company_gate
from tests.registration.tenant import Tenant

SECRET_WORD = "a password of an owner"
EMAIL = "owner@example.nz"


@dataclass(frozen=True)
class Roles:
    """The API with roles in its tokens."""

    client: httpx.AsyncClient
    tenant: Tenant

    async def call(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """The answer to somebody with this role."""
        token = signed(claims_of(self.tenant.organisation_id, role=role))
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.request(method, path, headers=headers, json=body)


@pytest_asyncio.fixture
async def roles(database_urls: DatabaseUrls, tenant: Tenant) -> AsyncGenerator[Roles]:
    """An installation with a claim for roles, and a key for passwords."""
    keys = [Fernet.generate_key().decode()]
    async with served_api(database_urls.app, api_role_claim="role", encryption_keys=keys) as client:
        yield Roles(client, tenant)


async def test_administrators_store_and_see_passwords(roles: Roles) -> None:
    """Both are recorded with person and reason; the answer is kept by no cache, and the record has no password."""
    path = f"/api/credentials/{EMAIL}"
    stored = await roles.call("admin", "PUT", path, {"password": SECRET_WORD, "why": "they sent it"})
    assert (stored.status_code, SECRET_WORD in stored.text) == (200, False)
    shown = await roles.call("admin", "POST", f"{path}/reveal", {"why": "the owner asks"})
    assert shown.json()["password"] == SECRET_WORD
    assert "no-store" in shown.headers["Cache-Control"]
    audit = await roles.call("viewer", "GET", "/api/audit?what=password")
    assert [(one["what"], one["reason"]) for one in audit.json()["entries"]] == [
        ("password shown", "the owner asks"),
        ("password stored", "they sent it"),
    ]
    assert audit.json()["entries"][0]["data"]["actor_id"] == "person-1"
    assert SECRET_WORD not in audit.text


async def test_passwords_are_for_administrators(roles: Roles, other: Tenant) -> None:
    """A reason is needed, and an account of nobody is not found."""
    for role in ("viewer", "operator"):
        for method, path in (("POST", f"/api/credentials/{EMAIL}/reveal"), ("PUT", f"/api/credentials/{EMAIL}")):
            refused = await roles.call(role, method, path, {"why": "x", "password": SECRET_WORD})
            assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_REQUIRED")
            assert SECRET_WORD not in refused.text
    nameless = await roles.call("admin", "POST", f"/api/credentials/{EMAIL}/reveal", {})
    assert (nameless.status_code, nameless.json()["code"]) == (422, "INVALID_REQUEST")
    nobody = await roles.call("admin", "POST", f"/api/credentials/{EMAIL}/reveal", {"why": "x"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "ACCOUNT_NOT_FOUND")
    await roles.call("admin", "PUT", f"/api/credentials/{EMAIL}", {"password": SECRET_WORD, "why": "x"})
    stranger = Roles(roles.client, other)
    foreign = await stranger.call("admin", "POST", f"/api/credentials/{EMAIL}/reveal", {"why": "x"})
    assert foreign.status_code == 404


async def test_passwords_that_cannot_be_stored_are_not_repeated(roles: Roles) -> None:
    """Whatever is wrong with them."""
    for wrong in (SECRET_WORD + "\n", SECRET_WORD * 100, ""):
        body = {"password": wrong, "why": "x"}
        refused = await roles.call("admin", "PUT", f"/api/credentials/{EMAIL}", body)
        assert refused.status_code == 422
        assert SECRET_WORD not in refused.text


async def test_viewers_change_nothing(roles: Roles) -> None:
    """They read; operators may do all but administration."""
    restaurant, _ = await roles.tenant.restaurant()
    body = {"restaurant_ids": [str(restaurant)]}
    refused = await roles.call("viewer", "POST", BATCHES, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_REQUIRED")
    assert (await roles.call("operator", "POST", BATCHES, body)).status_code == 201
    assert (await roles.call("viewer", "GET", BATCHES)).json()["total_count"] == 1


async def test_settings_are_switched_by_administrators(roles: Roles) -> None:
    """And every switch is recorded."""
    assert (await roles.call("viewer", "GET", "/api/settings")).json()["auto_select_clear_matches"] is False
    on = {"auto_select_clear_matches": True}
    assert (await roles.call("operator", "PATCH", "/api/settings", on)).status_code == 403
    assert (await roles.call("admin", "PATCH", "/api/settings", on)).json()["auto_select_clear_matches"] is True
    assert (await roles.call("admin", "PATCH", "/api/settings", {})).json()["auto_select_clear_matches"] is True
    [entry] = (await roles.call("viewer", "GET", "/api/audit?what=setting")).json()["entries"]
    assert (entry["actor"], entry["what"]) == ("mere@example.nz", "auto_select_clear_matches switched on")


async def test_answers_are_in_the_record(roles: Roles) -> None:
    """With their channel; others of the organisation do not see those of another one."""
    waiting = await at_company_gate(roles.tenant)
    await waiting.answer(NoMatch(), by="Hemi", channel=Channel.API)
    found = (await roles.call("viewer", "GET", "/api/audit?what=decision&actor=Hemi")).json()
    [entry] = found["entries"]
    assert (entry["what"], entry["job_id"]) == ("company-selection: no_match", str(waiting.job_id))
    assert entry["data"] == {"visit": 1, "source": "api", "accepted": True}
    assert (await roles.call("viewer", "GET", "/api/audit?actor=Nobody")).json()["total_count"] == 0
    assert (await roles.call("viewer", "GET", "/api/audit?what=hush")).status_code == 422


async def test_the_installation_is_checked_for_administrators(roles: Roles) -> None:
    """Every part with what to do next."""
    assert (await roles.call("operator", "GET", "/api/doctor")).status_code == 403
    checked = (await roles.call("admin", "GET", "/api/doctor")).json()
    assert {"Prefect server", "database connections"} <= {one["about"] for one in checked["findings"]}
    assert checked["worst"] in ("warning", "error", "ok", "cannot be told")
