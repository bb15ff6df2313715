"""How long platform and register take, and how long the sandbox therefore waits.

Inferred from the platform's own time limits and waits (commit 3d2ff03 of 19 January 2026); nothing was measured.
"""

import json
import zlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, field_validator

from dev.sandbox.names import Endpoint

DATA = Path(__file__).parent / "data" / "latency.json"


class UnknownProfile(ValueError):
    """Neither a profile of the data file nor a file."""


class LatencyProfile(BaseModel):
    """Seconds per endpoint, and by which share a restaurant may differ from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variation: float = Field(ge=0, lt=1)
    seconds: dict[Endpoint, NonNegativeFloat]

    @field_validator("seconds")
    @classmethod
    def complete(cls, seconds: dict[Endpoint, float]) -> dict[Endpoint, float]:
        """Refuse a profile that is silent about an endpoint."""
        if missing := set(Endpoint) - set(seconds):
            raise ValueError(f"no latency for {', '.join(sorted(missing))}")
        return seconds

    def seconds_for(self, endpoint: Endpoint, who: str) -> float:
        """Seconds of one endpoint for one restaurant (its external id, else its id): always the same for the same."""
        spread = zlib.crc32(f"{who}:{endpoint}".encode()) / 0xFFFFFFFF * 2 - 1
        return self.seconds[endpoint] * (1 + self.variation * spread)


def load_profile(name: str) -> LatencyProfile:
    """A profile by its name in the data file or by the path of a file that holds one; raises UnknownProfile."""
    profiles: dict[str, object] = json.loads(DATA.read_text())
    if name in profiles:
        return LatencyProfile.model_validate(profiles[name])
    if Path(name).is_file():
        return LatencyProfile.model_validate_json(Path(name).read_text())
    raise UnknownProfile(f"no latency profile {name!r}: there are {', '.join(profiles)}, or give a file")
