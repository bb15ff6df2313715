"""Tokens of a real OpenID provider, which runs beside the test and signs with keys of its own."""

import base64
import json
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from dev.stack.databases import DatabaseUrls
from dev.stack.environment import base_environment
from dev.stack.network import free_port, until_answers
from dev.stack.processes import start
from tests.interfaces.api.calling import BATCHES, served_api
from tests.registration.tenant import Tenant
from tests.waiting import HANG

CLIENT = "registration"
REDIRECT = "http://127.0.0.1/signed-in"


@asynccontextmanager
async def _provider(folder: Path, *people: Mapping[str, object]) -> AsyncGenerator[httpx.AsyncClient]:
    """The provider of the package oidc-provider-mock as a process, with people whose claims it knows."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    known = [argument for person in people for argument in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *known]
    environment = base_environment(allow_external=False)
    child = start("provider", command, log=folder / "provider.log", environment=environment, folder=folder)
    try:
        await until_answers(f"{url}/.well-known/openid-configuration", child, HANG)
        async with httpx.AsyncClient(base_url=url) as client:
            yield client
    finally:
        await child.stop()


async def _token(provider: httpx.AsyncClient, subject: str, client_id: str = CLIENT) -> str:
    """The ID token that a person gets who signs in for this client, with the authorization code flow."""
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT, "scope": "openid email"}
    signed_in = await provider.post("/oauth2/authorize", params=asked, data={"sub": subject})
    [code] = parse_qs(urlsplit(signed_in.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    answer = await provider.post("/oauth2/token", data=form, auth=(client_id, "any"))
    return answer.raise_for_status().json()["id_token"]


async def test_people_of_an_openid_provider_sign_in(
    database_urls: DatabaseUrls, tenant: Tenant, tmp_path: Path
) -> None:
    """Organisation and role are claims of the token; tokens for another client, and changed ones, open nothing."""
    organisation = {"org_id": str(tenant.organisation_id)}
    mere = {"sub": "mere", "email": "mere@example.nz", "roles": ["operator"], **organisation}
    hana = {"sub": "hana", "email": "hana@example.nz", "roles": ["viewer"], **organisation}
    restaurant_id, _ = await tenant.restaurant()
    async with _provider(tmp_path, mere, hana) as provider:
        published = (await provider.get("/.well-known/openid-configuration")).json()
        settings = {
            "api_jwks_url": published["jwks_uri"],
            "api_jwt_secret": "",
            "api_jwt_issuer": published["issuer"],
            "api_jwt_audience": CLIENT,
            "api_role_claim": "roles",
        }
        async with served_api(database_urls.app, **settings) as api:
            asked = {"name": "Monday", "restaurant_ids": [str(restaurant_id)]}
            hers, other = _bearer(await _token(provider, "hana")), await _token(provider, "mere", "another client")
            assert (await api.get(BATCHES, headers=hers)).status_code == 200
            refused = await api.post(BATCHES, json=asked, headers=hers)
            assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_REQUIRED")
            assert (await api.get(BATCHES, headers=_bearer(other))).status_code == 401
            token = await _token(provider, "mere")
            assert (await api.get(BATCHES, headers=_bearer(_of_another_organisation(token)))).status_code == 401
            made = await api.post(BATCHES, json=asked, headers=_bearer(token))
            assert (made.status_code, made.json()["batch_job"]["created_by"]) == (201, "mere@example.nz")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _of_another_organisation(token: str) -> str:
    """The token with another organisation in it, and the signature of before."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["org_id"] = "00000000-0000-4000-8000-000000000000"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"
