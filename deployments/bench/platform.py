"""The sandbox as the benchmark sets it: how long what takes, and forgetting what was done."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from deployments.bench.simulation import Seconds, polled
from registration.sub_steps import SUB_STEPS, SubStepName

_IMAGES_WORK = "images-upload"


@dataclass(frozen=True)
class Latencies:
    """A profile of the sandbox, by how much it is sped up, and the seconds between two accounts, sped up alike."""

    profile: str
    speed: float = 1.0
    account_spacing: float = 0.0


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
        async with self._client() as client:
            (await client.post("/sandbox/settings", json=change)).raise_for_status()

    async def seconds(self, external_ids: list[str], poll_every: float) -> list[Seconds]:
        """How long each of the twelve takes for each restaurant as the sandbox behaves now, polling included."""
        async with self._client() as client:
            return [_of_twelve(await _latencies(client, one), poll_every) for one in external_ids]

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, trust_env=False)


async def _latencies(client: httpx.AsyncClient, external_id: str) -> dict[str, float]:
    response = await client.get(f"/sandbox/latency-for/{external_id}")
    return response.raise_for_status().json()


def _of_twelve(endpoints: Mapping[str, float], poll_every: float) -> Seconds:
    seconds = {row.name: endpoints[row.endpoint] for row in SUB_STEPS.values()}
    seconds[SubStepName.UPLOAD_IMAGES] += polled(endpoints[_IMAGES_WORK], poll_every)
    return seconds
