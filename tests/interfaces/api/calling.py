"""Calls of the REST API over HTTP, as a person of one organisation makes them."""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx
import jwt
from fastapi import FastAPI

from interfaces.api.app import create_app
from registration.database.session import Database
from registration.settings import Settings

SECRET: Final = "a secret of the tests, which signs their tokens"
BATCHES: Final = "/api/registration-batches"


def claims_of(organisation_id: UUID | str, **claims: Any) -> dict[str, Any]:
    """What a good token says; a claim that is None is left out."""
    now = int(time.time())
    given = {
        "sub": "person-1",
        "email": "mere@example.nz",
        "org_id": str(organisation_id),
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (given | claims).items() if value is not None}


def signed(claims: Mapping[str, Any], key: Any = SECRET, algorithm: str = "HS256", **headers: Any) -> str:
    """A token with these claims."""
    return jwt.encode(dict(claims), key, algorithm=algorithm, headers=headers)


@dataclass(frozen=True)
class Api:
    """The API as one person calls it."""

    client: httpx.AsyncClient
    organisation_id: UUID
    person: str = "mere@example.nz"

    @property
    def headers(self) -> dict[str, str]:
        """A good token."""
        claims = claims_of(self.organisation_id, email=self.person, sub=f"auth|{self.person}")
        return {"Authorization": f"Bearer {signed(claims)}"}

    async def get(self, path: str, headers: Mapping[str, str] | None = None, **query: Any) -> httpx.Response:
        """The answer to a request."""
        return await self.client.get(path, params=query, headers=self.headers | dict(headers or {}))

    async def send(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer to a request that changes something; without a body none is sent, and no content type."""
        sent = {} if body is None else {"json": body}
        return await self.client.request(method, path, headers=self.headers | dict(headers or {}), **sent)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        """The answer to a POST, with an idempotency key if there is one."""
        return await self.send("POST", path, body, headers={"Idempotency-Key": key} if key else None)

    async def done(self, path: str, body: Any = None, *, method: str = "POST", status: int = 200) -> Any:
        """The body of the good answer to a request that changes something."""
        answer = await self.send(method, path, body)
        assert answer.status_code == status, answer.text
        assert answer.json()["success"] is True
        return answer.json()

    async def refused(self, path: str, body: Any = None, *, method: str = "POST") -> tuple[int, str]:
        """Status and code of the problem that a request ends with."""
        answer = await self.send(method, path, body)
        problem = answer.json()
        assert (problem["success"], answer.headers["Content-Type"]) == (False, "application/problem+json"), answer.text
        return answer.status_code, problem["code"]

    async def json(self, path: str, **query: Any) -> Any:
        """The body of a good answer."""
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def as_organisation(self, organisation_id: UUID) -> "Api":
        """The same API as somebody of another organisation calls it."""
        return Api(self.client, organisation_id, self.person)

    def as_person(self, person: str) -> "Api":
        """The same API as somebody else of the organisation calls it."""
        return Api(self.client, self.organisation_id, person)


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application; its connections are closed at the end."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client
    database: Database = app.state.database
    await database.close()


@asynccontextmanager
async def served_api(database_url: str, **settings: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """The API with these settings."""
    given = {"database_url": database_url, "api_jwt_secret": SECRET} | settings
    async with calling(create_app(Settings.model_validate(given))) as client:
        yield client
