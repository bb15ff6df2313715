"""The sandbox as its own endpoints show and change it: how long what takes, what was done, what goes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from registration.kit.http import authorities


@dataclass(frozen=True)
class Latencies:
    """A profile of the sandbox, by how much it is sped up, and the seconds between two accounts, sped up alike."""

    profile: str
    speed: float = 1.0
    account_spacing: float = 0.0


AT_ONCE = Latencies("zero")


@dataclass(frozen=True)
class DoneEffect:
    """What the platform did for one restaurant, and how often; an account also says for which e-mail."""

    restaurant_id: UUID
    effect: str
    email: str | None
    count: int


@dataclass(frozen=True)
class Sending:
    """One request that arrived for a restaurant, and its answer.

    `status` is None if nothing was answered, `success` if the answer says nothing of it; `fault` is the misbehaviour.
    """

    restaurant_id: UUID
    endpoint: str
    arrived_at: datetime
    status: int | None = None
    success: bool | None = None
    fault: str | None = None


class PretendedPlatform:
    """The sandbox's own endpoints."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def behave(self, latencies: Latencies) -> None:
        """Take so long from now on."""
        change = {
            "profile": latencies.profile,
            "speed": latencies.speed,
            "account_spacing_seconds": latencies.account_spacing,
        }
        await self._post("/sandbox/settings", change)

    async def misbehave(self, restaurant: UUID | str, endpoint: str, fault: Mapping[str, Any]) -> None:
        """Answer a restaurant's next calls of an endpoint as `fault` says: its kind, how often, for how long.

        On the register's pages `restaurant` is a part of what is looked for; "*" is everybody.
        """
        await self._post("/sandbox/faults", {"restaurant": str(restaurant), "endpoint": endpoint, **fault})

    async def play(self, restaurant: UUID, endpoint: str, case: str, *, acts: bool | None = None) -> None:
        """Answer a restaurant's next call of an endpoint as the contract's case of that name.

        `acts` says whether the effect happens where the case leaves that open.
        """
        play = {"restaurant": str(restaurant), "endpoint": endpoint, "case": case, "acts": acts}
        await self._post("/sandbox/plays", play)

    async def done(self, organisation_id: UUID) -> tuple[DoneEffect, ...]:
        """What it really did for an organisation, by its own count."""
        rows = await self._get("/sandbox/effects", organisation_id=str(organisation_id))
        return tuple(DoneEffect(UUID(row["restaurant_id"]), row["effect"], row["email"], row["count"]) for row in rows)

    async def sendings(self, restaurant_ids: Sequence[UUID] = ()) -> tuple[Sending, ...]:
        """The requests that arrived for restaurants, or for all, oldest first; it forgets them when it is restarted."""
        rows = await self._get("/sandbox/calls", restaurant_id=[str(one) for one in restaurant_ids])
        return tuple(
            Sending(
                UUID(row["restaurant_id"]),
                row["endpoint"],
                datetime.fromisoformat(row["arrived_at"]),
                row["status"],
                row["success"],
                row["fault"],
            )
            for row in rows
            if row["restaurant_id"]
        )

    async def latencies_of(self, external_id: str) -> dict[str, float]:
        """Real seconds per endpoint for a restaurant as it behaves now."""
        return await self._get(f"/sandbox/latency-for/{external_id}")

    async def _get(self, path: str, **query: str | list[str]) -> Any:
        async with self._client() as client:
            return (await client.get(path, params=query)).raise_for_status().json()

    async def _post(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._client() as client:
            (await client.post(path, json=body)).raise_for_status()

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=authorities(of_environment=False))
