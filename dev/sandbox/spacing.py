"""The rule that an organisation opens one account at a time, with a pause between two.

Inferred: the platform's source has no such rule (commit 3d2ff03 of 19 January 2026); its own batch service keeps a
pause, for the ordering system's sake.
"""

import math
import time
from uuid import UUID

GRACE_SECONDS = 0.2
GRACE_SHARE = 0.2


class AccountSpacing:
    """When each organisation last began to open an account."""

    def __init__(self) -> None:
        self._last: dict[UUID, float] = {}

    def claim(self, organisation_id: UUID, spacing_seconds: float) -> bool:
        """Begin to open an account; False if the last one was a moment ago.

        A request that was sent in time may arrive a moment early after its predecessor arrived late; that much is
        let pass.
        """
        now = time.monotonic()
        passed = now - self._last.get(organisation_id, -math.inf)
        if passed < spacing_seconds - min(GRACE_SECONDS, GRACE_SHARE * spacing_seconds):
            return False
        self._last[organisation_id] = now
        return True
