"""What the platform shows of an effect: before its request, after an unclear request, after a success."""

from registration.effects.evidence.models import Expected, Observation, Presence
from registration.effects.evidence.probe import PlatformEvidence

__all__ = ["Expected", "Observation", "PlatformEvidence", "Presence"]
