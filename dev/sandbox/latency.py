"""Latencies of platform and register, and thereby the waiting times of the sandbox.

Inferred from the platform's own time limits and waits (commit 3d2ff03 of 19 January 2026); nothing was measured.
"""

import json
import zlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, field_validator

from dev.sandbox.names import Endpoint

DATA = Path(__file__).parent / "data" / "latency.json"


class UnknownProfile(ValueError):
    """The name is neither a profile of the data file nor a file."""


class LatencyProfile(BaseModel):
    """Seconds per endpoint, and the largest relative deviation of one restaurant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variation: float = Field(ge=0, lt=1)
    seconds: dict[Endpoint, NonNegativeFloat]

    @field_validator("seconds")
    @classmethod
    def complete(cls, seconds: dict[Endpoint, float]) -> dict[Endpoint, float]:
        """Refuse a profile that lacks an endpoint."""
        if missing := set(Endpoint) - set(seconds):
            raise ValueError(f"no latency for {', '.join(sorted(missing))}")
        return seconds

    def seconds_for(self, endpoint: Endpoint, latency_key: str) -> float:
        """Seconds of one endpoint for one restaurant (external id, else id), always the same value."""
        spread = zlib.crc32(f"{latency_key}:{endpoint}".encode()) / 0xFFFFFFFF * 2 - 1
        return self.seconds[endpoint] * (1 + self.variation * spread)


def load_profile(name: str) -> LatencyProfile:
    """A profile by its name in the data file, or from the file at this path; raises UnknownProfile."""
    profiles: dict[str, object] = json.loads(DATA.read_text())
    if name in profiles:
        return LatencyProfile.model_validate(profiles[name])
    if Path(name).is_file():
        return LatencyProfile.model_validate_json(Path(name).read_text())
    raise UnknownProfile(f"no latency profile {name!r}: there are {', '.join(profiles)}, or give a file")
