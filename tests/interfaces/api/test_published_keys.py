"""Tokens that a sign-in service signs with keys which it publishes."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from dev.stack.databases import DatabaseUrls
from tests.interfaces.api.calling import BATCHES, claims_of, served_api, signed
from tests.registration.serving import served
from tests.registration.tenant import Tenant
from tests.waiting import eventually

RSA, OTHER_RSA = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
EC = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Provider:
    """What a sign-in service publishes, and how often it was asked."""

    keys: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    asked: int = 0
    away: bool = False

    def app(self) -> FastAPI:
        """The service."""
        app = FastAPI()
        app.add_api_route("/keys", self._answer)
        return app

    async def _answer(self) -> JSONResponse:
        self.asked += 1
        return JSONResponse({"keys": self.keys}, 503 if self.away else 200)


@dataclass(frozen=True)
class SignedByKeys:
    """The API that trusts a provider's keys."""

    provider: Provider
    client: httpx.AsyncClient
    tenant: Tenant

    async def status(self, key: Any, algorithm: str, **headers: Any) -> int:
        """What a token that is signed so is answered with."""
        token = signed(claims_of(self.tenant.organisation_id), key, algorithm, **headers)
        return (await self.client.get(BATCHES, headers={"Authorization": f"Bearer {token}"})).status_code


def _public(jwk: str, **values: str) -> dict[str, Any]:
    return json.loads(jwk) | values


@pytest_asyncio.fixture
async def by_keys(database_urls: DatabaseUrls, tenant: Tenant) -> AsyncGenerator[SignedByKeys]:
    """Two published keys, one of each kind."""
    one = _public(RSAAlgorithm.to_jwk(RSA.public_key()), kid="one", alg="RS256")
    two = _public(ECAlgorithm.to_jwk(EC.public_key()), kid="two", alg="ES256")
    provider = Provider([one, two])
    async with (
        served(provider.app()) as url,
        served_api(database_urls.app, api_jwt_secret="", api_jwks_url=f"{url}/keys") as client,
    ):
        yield SignedByKeys(provider, client, tenant)


async def test_tokens_of_both_kinds_of_keys_are_taken(by_keys: SignedByKeys) -> None:
    """The keys are fetched once for both."""
    assert await by_keys.status(RSA, "RS256", kid="one") == 200
    assert await by_keys.status(EC, "ES256", kid="two") == 200
    assert by_keys.provider.asked == 1


async def test_the_header_of_a_token_chooses_nothing_but_the_key(by_keys: SignedByKeys) -> None:
    """Another key under a known name, another algorithm of the right key, a public key taken as a shared secret."""
    public: str = by_keys.provider.keys[0]["n"]
    assert await by_keys.status(OTHER_RSA, "RS256", kid="one") == 401
    assert await by_keys.status(RSA, "RS512", kid="one") == 401
    assert await by_keys.status(RSA, "RS256", kid="two") == 401
    assert await by_keys.status(public, "HS256", kid="one") == 401
    assert await by_keys.status(RSA, "RS256") == 401


async def test_an_unknown_key_has_the_keys_fetched_once(by_keys: SignedByKeys) -> None:
    """Whoever makes up key ids cannot have the provider asked at every request."""
    for _ in range(5):
        assert await by_keys.status(OTHER_RSA, "RS256", kid="three") == 401
    assert by_keys.provider.asked == 1


async def test_without_the_keys_nobody_is_refused_for_good(by_keys: SignedByKeys) -> None:
    """A provider that is away is no reason to call a token invalid."""
    by_keys.provider.away = True
    assert await by_keys.status(RSA, "RS256", kid="one") == 503
    by_keys.provider.away = False

    async def is_back() -> bool:
        return await by_keys.status(RSA, "RS256", kid="one") == 200

    await eventually(is_back, "the keys to be fetched")
