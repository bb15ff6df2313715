"""Is it there? What the platform shows of an effect: before it is sent, after an unclear call, after a success."""

from registration.effects.evidence.model import Asked, Look, Verdict
from registration.effects.evidence.probe import Witness

__all__ = ["Asked", "Look", "Verdict", "Witness"]
