"""A sandbox process of its own on a database of its own, and what speaks to it."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest_asyncio
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import SecretStr

from deployments.local.databases import provide_extra_database
from deployments.local.environment import base_environment
from deployments.local.keys import Keys
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.sandbox import Sandbox, SandboxOptions, start_sandbox
from registration.store import schema

SERVICE_KEY = "test-service-key"
PASSWORD = "Correct.Horse-7Battery"
NO_TINT = {"darkColor": None, "lightColor": None}
HOURS = [{"day": "Friday", "hours": {"open": "11:00", "close": "01:00"}}]
CALM = {
    "profile": "zero",
    "speed": 1,
    "account_spacing_seconds": 0,
    "honour_idempotency": False,
    "time_scale": 1,
}


@dataclass(frozen=True)
class Rows:
    """The database as its owner sees it."""

    url: str

    async def query(self, sql: LiteralString, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(sql, values)
            return await cursor.fetchall() if cursor.description else []

    async def restaurant(self, organisation_id: UUID, **columns: object) -> UUID:
        """A restaurant with everything that a registration needs."""
        values = {
            "organisation": organisation_id,
            "name": f"Test Kitchen {uuid4().hex[:8]}",
            "email": f"{uuid4().hex[:8]}@owner.example",
            "cuisine": ["thai"],
            "primary_color": "#112233",
            "secondary_color": "#ddeeff",
            "website_og_image": "https://site.example/share.jpg",
            "metadata": Jsonb({"external_id": columns.pop("external_id", None)}),
        } | columns
        [row] = await self.query(
            """
            INSERT INTO restaurants (organisation_id, name, email, cuisine, primary_color, secondary_color,
                                     website_og_image, metadata)
            VALUES (%(organisation)s, %(name)s, %(email)s, %(cuisine)s, %(primary_color)s, %(secondary_color)s,
                    %(website_og_image)s, %(metadata)s) RETURNING id
            """,
            **values,
        )
        return row["id"]

    async def menu(self, restaurant_id: UUID, items: int = 13) -> UUID:
        """A menu; every second dish is popular, every third is vegan."""
        [row] = await self.query("INSERT INTO menus (restaurant_id) VALUES (%(id)s) RETURNING id", id=restaurant_id)
        await self.query(
            """
            INSERT INTO menu_items (menu_id, name, price, tags)
            SELECT %(menu)s, 'Dish ' || n, 10 + n,
                   array_remove(ARRAY[CASE WHEN n %% 2 = 0 THEN 'Popular' END,
                                      CASE WHEN n %% 3 = 0 THEN 'Vegan' END], NULL)
            FROM generate_series(1, %(items)s) AS n
            """,
            menu=row["id"],
            items=items,
        )
        return row["id"]


@dataclass(frozen=True)
class Platform:
    """The platform as a client of one organisation meets it."""

    http: httpx.AsyncClient
    organisation_id: UUID

    def _headers(self, key: str | None) -> dict[str, str]:
        headers = {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": str(self.organisation_id)}
        return headers | ({"Idempotency-Key": key} if key else {})

    async def post(self, path: str, /, **body: object) -> httpx.Response:
        """Call an endpoint without a key; a bare name is one of the registration's."""
        return await self.post_as(None, path, **body)

    async def post_as(self, key: str | None, path: str, /, **body: object) -> httpx.Response:
        """Call an endpoint with an Idempotency-Key."""
        address = path if path.startswith("/") else f"/api/registration/{path}"
        return await self.http.post(address, json=body, headers=self._headers(key))

    async def ask(self, question: str, restaurant_id: UUID) -> dict[str, Any]:
        """Ask one of the three questions."""
        response = await self.http.get(f"/api/registration/{question}/{restaurant_id}", headers=self._headers(None))
        assert response.status_code == 200, response.text
        return response.json()

    async def account(self, restaurant_id: UUID, email: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Ask for an account."""
        body = {"restaurantId": str(restaurant_id), "email": email, "password": password, "phone": "04 801 5521"}
        return await self.post("register-account", **(body | more))

    async def register(self, restaurant_id: UUID, email: str, **more: Any) -> httpx.Response:
        """Register a restaurant, as the first of its account unless told otherwise."""
        body = {
            "restaurantId": str(restaurant_id),
            "registrationType": "existing_account_first_restaurant",
            "email": email,
            "password": PASSWORD,
            "restaurantName": "Test Kitchen",
            "address": "1 Test Street",
            "phone": "+6448015521",
            "hours": HOURS,
            "city": "Wellington",
        }
        return await self.post("register-restaurant", **(body | more))

    async def registered(self, restaurant_id: UUID) -> str:
        """Have the restaurant registered under a new account; gives the e-mail address."""
        email = f"{uuid4().hex[:8]}@owner.example"
        for response in (await self.account(restaurant_id, email), await self.register(restaurant_id, email)):
            assert response.json()["success"], response.text
        return email

    async def break_with(self, restaurant: object, endpoint: str, kind: str, **more: object) -> None:
        """Tell the sandbox to misbehave."""
        fault = {"restaurant": str(restaurant), "endpoint": endpoint, "kind": kind} | more
        response = await self.http.post("/sandbox/faults", json=fault)
        assert response.status_code == 200, response.text

    async def behave(self, **settings: object) -> None:
        """Change the sandbox's settings."""
        response = await self.http.post("/sandbox/settings", json=settings)
        assert response.status_code == 200, response.text

    async def effects(self, restaurant_id: UUID) -> Mapping[str, int]:
        """How often each effect happened for a restaurant."""
        found: list[dict[str, Any]] = (await self.http.get("/sandbox/effects")).json()
        return {one["effect"]: one["count"] for one in found if one["restaurant_id"] == str(restaurant_id)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox_rows(postgres: EmbeddedPostgres, stack_folder: Path) -> Rows:
    """A migrated database for these tests alone."""
    urls = await provide_extra_database(postgres, Keys(stack_folder / "keys.json"), "sandbox_tests")
    schema.upgrade(SecretStr(urls.owner))
    return Rows(postgres.url("sandbox_tests"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own_sandbox(postgres: EmbeddedPostgres, sandbox_rows: Rows, stack_folder: Path) -> AsyncGenerator[Sandbox]:
    """The process, under the platform's own database role."""
    urls = await provide_extra_database(postgres, Keys(stack_folder / "keys.json"), "sandbox_tests")
    folder = stack_folder / "sandbox-tests"
    folder.mkdir()
    options = SandboxOptions(profile="zero", account_spacing_seconds=0)
    environment = base_environment(allow_external=False)
    running = await start_sandbox(urls.platform, SERVICE_KEY, folder, environment, options)
    yield running
    await running.child.stop()


@pytest_asyncio.fixture
async def platform(own_sandbox: Sandbox, sandbox_rows: Rows) -> AsyncGenerator[Platform]:
    """A new, calm platform and a new organisation."""
    async with httpx.AsyncClient(base_url=own_sandbox.url, timeout=20) as http:
        for path in ("/sandbox/state", "/sandbox/faults"):
            await http.delete(path)
        [row] = await sandbox_rows.query("INSERT INTO organisations (name) VALUES ('Tester') RETURNING id")
        client = Platform(http, row["id"])
        await client.behave(**CALM)
        yield client


@pytest_asyncio.fixture
async def restaurant_id(platform: Platform, sandbox_rows: Rows) -> UUID:
    """A restaurant of the organisation."""
    return await sandbox_rows.restaurant(platform.organisation_id)
