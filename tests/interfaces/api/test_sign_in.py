"""Who gets in: every way in which a token can be wrong, and what a good one says."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest

from dev.stack.databases import DatabaseUrls
from interfaces.api.app import create_app
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tests.interfaces.api.calling import BATCHES, SECRET, Api, claims_of, served_api, signed
from tests.registration.tenant import Tenant

HOUR = 3600
Make = Callable[[dict[str, Any]], str]


def _with(**changes: Any) -> Make:
    """A token with other claims; a time is given in seconds from the moment of the test, None leaves a claim out."""

    def make(good: dict[str, Any]) -> str:
        now = int(time.time())
        claims = {name: now + value if isinstance(value, int) else value for name, value in changes.items()}
        return f"Bearer {signed({name: value for name, value in (good | claims).items() if value is not None})}"

    return make


def _unsigned(good: dict[str, Any]) -> str:
    return f"Bearer {jwt.encode(good, '', algorithm='none')}"


def _changed(good: dict[str, Any]) -> str:
    head, body, _ = signed(good).split(".")
    _, _, signature = signed(good | {"sub": "somebody else"}).split(".")
    return f"Bearer {head}.{body}.{signature}"


WRONG: dict[str, Make] = {
    "no token": lambda good: "",
    "another scheme": lambda good: "Basic bWVyZTpzZWNyZXQ=",
    "no JWT": lambda good: "Bearer hush-hush",
    "another secret": lambda good: f"Bearer {signed(good, key='another secret of at least thirty-two bytes')}",
    "another algorithm": lambda good: f"Bearer {signed(good, key=SECRET * 2, algorithm='HS512')}",
    "no signature": _unsigned,
    "a changed claim": _changed,
    "expired": _with(exp=-60, iat=-600),
    "too old": _with(iat=-25 * HOUR),
    "lives too long": _with(exp=48 * HOUR),
    "lives too long, without its issue": _with(exp=48 * HOUR, iat=None),
    "not valid yet": _with(nbf=600),
    "no end": _with(exp=None),
    "nobody": _with(sub=None),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
async def test_a_wrong_token_is_401(api: Api, make: Make) -> None:
    """With the challenge of the Bearer scheme; nothing of the token is repeated."""
    header = make(claims_of(api.organisation_id))
    answer = await api.client.get(BATCHES, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "UNAUTHORIZED"
    assert "hush" not in answer.text


async def test_a_token_that_has_just_expired_is_taken(api: Api) -> None:
    """The clocks of two machines differ by some seconds."""
    token = signed(claims_of(api.organisation_id, exp=int(time.time()) - 10))
    answer = await api.client.get(BATCHES, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("named", [None, "", "nobody", "'; drop table restaurants; --", str(UUID(int=1))])
async def test_an_organisation_that_is_none_is_403(api: Api, named: str | None) -> None:
    """Missing, no id at all, or an id that no organisation has."""
    token = signed(claims_of(api.organisation_id) | {"org_id": named})
    answer = await api.client.get(BATCHES, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "ORGANISATION_UNKNOWN")


async def test_the_organisation_of_a_header_is_not_trusted(api: Api, other: Tenant) -> None:
    """The original's client sends one."""
    restaurant_id, _ = await other.restaurant()
    answer = await api.get("/api/restaurants", headers={"X-Organization-ID": str(other.organisation_id)})
    assert str(restaurant_id) not in answer.text


async def _status(client: httpx.AsyncClient, claims: dict[str, Any]) -> tuple[int, str | None]:
    answer = await client.get(BATCHES, headers={"Authorization": f"Bearer {signed(claims)}"})
    return answer.status_code, answer.json().get("code")


async def test_audience_issuer_and_nested_claims_are_settings(database_urls: DatabaseUrls, tenant: Tenant) -> None:
    """As of a sign-in service that puts its own claims into an object."""
    settings = {"api_jwt_audience": "api", "api_jwt_issuer": "https://id.example.nz"}
    nested = {"api_org_claim": "app_metadata.org_id", "api_role_claim": "app_metadata.roles"}
    good = claims_of("", aud="api", iss="https://id.example.nz", org_id=None)
    metadata = {"org_id": str(tenant.organisation_id), "roles": ["viewer", "else"]}
    async with served_api(database_urls.app, **settings, **nested) as client:
        assert await _status(client, good | {"app_metadata": metadata}) == (200, None)
        assert await _status(client, good | {"app_metadata": metadata, "aud": "else"}) == (401, "UNAUTHORIZED")
        assert await _status(client, good | {"app_metadata": metadata, "iss": "else"}) == (401, "UNAUTHORIZED")
        for roles in ([], "authenticated", None, {"viewer": True}):
            claims = good | {"app_metadata": metadata | {"roles": roles}}
            assert await _status(client, claims) == (403, "ROLE_REQUIRED")


WITHOUT_A_WAY = [
    {},
    {"api_jwt_secret": "too short"},
    {"api_jwt_secret": SECRET, "api_jwks_url": "https://id.example.nz/keys"},
]


@pytest.mark.parametrize("settings", WITHOUT_A_WAY)
def test_without_one_way_of_verifying_nothing_is_served(settings: dict[str, str]) -> None:
    """None, a secret that can be guessed, or two ways."""
    given = Settings.model_validate({"database_url": "postgresql://kai@localhost/kai"} | settings)
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_API_JWT_SECRET"):
        create_app(given)
