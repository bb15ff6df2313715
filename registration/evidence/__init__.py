"""Is it there? What the platform shows of an effect: before it is sent, after an unclear call, after a success."""

from registration.evidence.looking import look, read_back
from registration.evidence.values import Asked, Look, Verdict

__all__ = ["Asked", "Look", "Verdict", "look", "read_back"]
