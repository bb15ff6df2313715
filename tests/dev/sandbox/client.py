"""A client of the platform, with typical requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

SERVICE_KEY = "test-service-key"
PASSWORD = "Correct.Horse-7Battery"
NO_TINT = {"darkColor": None, "lightColor": None}
HOURS = [{"day": "Friday", "hours": {"open": "11:00", "close": "01:00"}}]


@dataclass(frozen=True)
class Platform:
    """The platform for a client of one organisation."""

    http: httpx.AsyncClient
    organisation_id: UUID

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Service-Key": SERVICE_KEY, "X-Organisation-ID": str(self.organisation_id)}

    async def post(self, path: str, /, **body: object) -> httpx.Response:
        """Call an endpoint; a bare name is an endpoint of the registration."""
        address = path if path.startswith("/") else f"/api/registration/{path}"
        return await self.http.post(address, json=body, headers=self._headers)

    async def get(self, path: str) -> httpx.Response:
        """Send a query."""
        return await self.http.get(path, headers=self._headers)

    async def ask(self, question: str, restaurant_id: UUID) -> dict[str, Any]:
        """Send one of the three queries about a restaurant."""
        response = await self.http.get(f"/api/registration/{question}/{restaurant_id}", headers=self._headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def account(self, restaurant_id: UUID, email: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Request an account."""
        body = {"restaurantId": str(restaurant_id), "email": email, "password": password, "phone": "04 801 5521"}
        return await self.post("register-account", **(body | more))

    async def register(self, restaurant_id: UUID, email: str, **more: Any) -> httpx.Response:
        """Register a restaurant, by default as the first of its account."""
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
        """Register the restaurant under a new account; return the e-mail address."""
        email = f"{uuid4().hex[:8]}@owner.example"
        for response in (await self.account(restaurant_id, email), await self.register(restaurant_id, email)):
            assert response.json()["success"], response.text
        return email

    async def break_with(self, restaurant: object, endpoint: str, kind: str, **more: object) -> None:
        """Inject a fault."""
        fault = {"restaurant": str(restaurant), "endpoint": endpoint, "kind": kind} | more
        response = await self.http.post("/sandbox/faults", json=fault)
        assert response.status_code == 200, response.text

    async def behave(self, **settings: object) -> None:
        """Change the sandbox's settings."""
        response = await self.http.post("/sandbox/settings", json=settings)
        assert response.status_code == 200, response.text

    async def effects(self, restaurant_id: UUID) -> Mapping[str, int]:
        """Count of each effect for a restaurant."""
        found: list[dict[str, Any]] = (await self.http.get("/sandbox/effects")).json()
        return {effect["effect"]: effect["count"] for effect in found if effect["restaurant_id"] == str(restaurant_id)}
