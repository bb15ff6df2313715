"""A client of the sandbox's control endpoints: latencies, effects, requests, faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from registration.kit.http import authorities


@dataclass(frozen=True)
class Latencies:
    """A latency profile of the sandbox, its speed-up, and the seconds between two accounts, sped up likewise."""

    profile: str
    speed: float = 1.0
    account_spacing: float = 0.0


AT_ONCE = Latencies("zero")


@dataclass(frozen=True)
class DoneEffect:
    """One effect of the platform for one restaurant, with its count; an account also has its e-mail.

    `made` is the id of a restaurant in the ordering system.
    """

    restaurant_id: UUID
    effect: str
    email: str | None
    count: int
    made: str | None = None


@dataclass(frozen=True)
class Sending:
    """One request for a restaurant, and its answer.

    `status` and `answered_at` are None without an answer, `success` is None if the answer has none; `fault` is the
    misbehaviour.
    """

    restaurant_id: UUID
    endpoint: str
    arrived_at: datetime
    status: int | None = None
    success: bool | None = None
    fault: str | None = None
    answered_at: datetime | None = None


class PretendedPlatform:
    """A client of the control endpoints."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def behave(self, latencies: Latencies) -> None:
        """Set these latencies from now on."""
        change = {
            "profile": latencies.profile,
            "speed": latencies.speed,
            "account_spacing_seconds": latencies.account_spacing,
        }
        await self._post("/sandbox/settings", change)

    async def misbehave(self, restaurant: UUID | str, endpoint: str, fault: Mapping[str, Any]) -> None:
        """Put a fault in force for a restaurant's next calls of an endpoint: kind, count, duration.

        On the register's pages `restaurant` is a part of the search text; "*" matches all.
        """
        await self._post("/sandbox/faults", {"restaurant": str(restaurant), "endpoint": endpoint, **fault})

    async def take_register_away(self, seconds: float | None = None) -> None:
        """Cut every connection to the register for so many seconds of the unscaled clock, or until it is brought
        back.
        """
        await self._post("/sandbox/register-outage", {"seconds": seconds})

    async def bring_register_back(self) -> None:
        """End the outage of the register, and every other fault of it."""
        async with self._client() as client:
            (await client.delete("/sandbox/register-outage")).raise_for_status()

    async def play(self, restaurant: UUID, endpoint: str, case: str, *, acts: bool | None = None) -> None:
        """Answer a restaurant's next call of an endpoint with the contract's case of that name.

        `acts` decides whether the effect happens where the case leaves that open.
        """
        play = {"restaurant": str(restaurant), "endpoint": endpoint, "case": case, "acts": acts}
        await self._post("/sandbox/plays", play)

    async def done(self, organisation_id: UUID) -> tuple[DoneEffect, ...]:
        """The effects for an organisation, by the sandbox's own count."""
        rows = await self._get("/sandbox/effects", organisation_id=str(organisation_id))
        return tuple(
            DoneEffect(UUID(row["restaurant_id"]), row["effect"], row["email"], row["count"], row["made"])
            for row in rows
        )

    async def sendings(self, restaurant_ids: Sequence[UUID] = ()) -> tuple[Sending, ...]:
        """The requests for these restaurants, or for all, oldest first; a restart of the sandbox loses them."""
        rows = await self._get("/sandbox/calls", restaurant_id=[str(restaurant_id) for restaurant_id in restaurant_ids])
        return tuple(
            Sending(
                UUID(row["restaurant_id"]),
                row["endpoint"],
                datetime.fromisoformat(row["arrived_at"]),
                row["status"],
                row["success"],
                row["fault"],
                datetime.fromisoformat(row["answered_at"]) if row["answered_at"] else None,
            )
            for row in rows
            if row["restaurant_id"]
        )

    async def latencies_of(self, external_id: str) -> dict[str, float]:
        """Real seconds per endpoint for a restaurant with the present behaviour."""
        return await self._get(f"/sandbox/latency-for/{external_id}")

    async def _get(self, path: str, **query: str | list[str]) -> Any:
        async with self._client() as client:
            return (await client.get(path, params=query)).raise_for_status().json()

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._client() as client:
            (await client.post(path, json=body)).raise_for_status()

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=authorities(of_environment=False))
