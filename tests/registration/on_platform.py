"""A restaurant with a menu in the database, and clients that speak with the real sandbox about it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from psycopg import AsyncConnection
from pydantic import SecretStr

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.companies.website.browser import browser_of_this_process
from registration.platform.client import PlatformClient
from tests.plain_http import plain_http
from tests.servers import DATABASE

SERVICE_KEY = SecretStr("test-service-key")
ITEMS = 12
_WITH_SYNC = """
    UPDATE organisations SET feature_flags = jsonb_set(feature_flags, '{registration,onboardingSync,enabled}', 'true')
    WHERE id = %s
"""


@dataclass(frozen=True)
class OnPlatform:
    """One restaurant of one organisation, as the sandbox knows it."""

    url: str
    organisation_id: UUID
    restaurant_id: UUID
    menu_id: UUID
    email: str

    def client(self, key: SecretStr = SERVICE_KEY) -> PlatformClient:
        """A client for the restaurant's organisation."""
        return PlatformClient(self.url, key, self.organisation_id, question_patience=5)

    async def misbehave(self, endpoint: str, kind: str, **fields: Any) -> None:
        """Have the sandbox make one mistake for this restaurant."""
        fault = {"restaurant": str(self.restaurant_id), "endpoint": endpoint, "kind": kind, "times": 1, **fields}
        async with plain_http(self.url) as control:
            (await control.post("/sandbox/faults", json=fault)).raise_for_status()

    async def effects(self) -> dict[str, int]:
        """How often the sandbox did what for this restaurant."""
        async with plain_http(self.url) as control:
            done = (await control.get("/sandbox/effects")).raise_for_status().json()
        return {one["effect"]: one["count"] for one in done if one["restaurant_id"] == str(self.restaurant_id)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_browser(usable_browser: None) -> AsyncGenerator[None]:
    """The browser stays open from test to test."""
    async with browser_of_this_process(60):
        yield


@pytest_asyncio.fixture
async def kai(postgres: EmbeddedPostgres, database_urls: DatabaseUrls, sandbox: Sandbox) -> AsyncGenerator[OnPlatform]:
    """A restaurant with colours, a header image, twelve tagged dishes with images, and an organisation of its own."""
    assert database_urls.app
    made = OnPlatform(sandbox.url, uuid4(), uuid4(), uuid4(), f"kai-{uuid4().hex[:8]}@example.nz")
    async with await AsyncConnection.connect(postgres.url(DATABASE), autocommit=True) as database:
        await database.execute("INSERT INTO organisations (id, name) VALUES (%s, 'Kai Group')", [made.organisation_id])
        await database.execute(_WITH_SYNC, [made.organisation_id])
        await database.execute(
            "INSERT INTO restaurants (id, organisation_id, name, email, address, phone, primary_color, secondary_color,"
            " ubereats_og_image) VALUES (%s, %s, %s, %s, '1 Queen Street', '+6493791234', '#112233', '#445566',"
            " 'https://images.example.nz/kai.jpg')",
            [made.restaurant_id, made.organisation_id, f"Kai {made.restaurant_id.hex}", made.email],
        )
        await database.execute(
            "INSERT INTO menus (id, restaurant_id) VALUES (%s, %s)", [made.menu_id, made.restaurant_id]
        )
        await database.execute(
            "INSERT INTO menu_items (menu_id, name, price, tags) SELECT %s, 'Dish ' || n, 10, ARRAY['Vegan']"
            " FROM generate_series(1, %s) AS n",
            [made.menu_id, ITEMS],
        )
        await database.execute(
            "INSERT INTO item_images (menu_item_id, url) SELECT id, 'https://images.example.nz/' || id FROM menu_items"
            " WHERE menu_id = %s",
            [made.menu_id],
        )
        yield made
        await database.execute("DELETE FROM restaurants WHERE id = %s", [made.restaurant_id])
