"""What the platform's process remembers of its extraction jobs; a restart forgets it.

Made after the platform's source at commit 3d2ff03 of 19 January 2026.
"""

import time
from dataclasses import dataclass, field


@dataclass
class Job:
    """What the process remembers of a job; it is gone after a restart."""

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
        """Milliseconds since it began."""
        return round(1000 * (time.monotonic() - self._begun))

    def progress(self) -> dict[str, object]:
        """How far it is."""
        counts: dict[str, object] = {
            "phase": self.phase,
            "categoriesExtracted": 1,
            "itemsExtracted": len(self.dishes),
            "optionSetsExtracted": len(self.dishes) if self.phase == "completed" else 0,
            "currentCategory": "Mains",
        }
        return counts | ({"savedToDatabase": True} if self.phase == "completed" else {})
