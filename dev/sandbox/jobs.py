"""The extraction jobs in the memory of the platform's process; a restart loses them.

Made after the platform's source at commit 3d2ff03 of 19 January 2026.
"""

import time
from dataclasses import dataclass, field


@dataclass
class Job:
    """An extraction job in memory."""

    name: str
    address: str
    restaurant: str
    status: str = "initializing"
    phase: str = "starting"
    menu_id: str | None = None
    error: str | None = None
    dishes: list[str] = field(default_factory=list[str])
    begun_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    _begun: float = field(default_factory=time.monotonic)

    def elapsed(self) -> int:
        """Milliseconds since the start of the job."""
        return round(1000 * (time.monotonic() - self._begun))

    def progress(self) -> dict[str, object]:
        """The progress of the job."""
        counts: dict[str, object] = {
            "phase": self.phase,
            "categoriesExtracted": 1,
            "itemsExtracted": len(self.dishes),
            "optionSetsExtracted": len(self.dishes) if self.phase == "completed" else 0,
            "currentCategory": "Mains",
        }
        return counts | ({"savedToDatabase": True} if self.phase == "completed" else {})
