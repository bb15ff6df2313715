"""Is it there? What the platform shows of an effect: before it is sent, after an unclear call, after a success."""

from registration.effects.evidence.model import Expected, Observation, Presence
from registration.effects.evidence.probe import PlatformEvidence

__all__ = ["Expected", "Observation", "PlatformEvidence", "Presence"]
