"""Is it there? What the platform shows of an effect: before it is sent, after an unclear call, after a success."""

from registration.evidence.values import Asked, Look, Verdict
from registration.evidence.witness import Witness

__all__ = ["Asked", "Look", "Verdict", "Witness"]
