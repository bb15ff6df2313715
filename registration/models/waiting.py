"""A job that waits at a gate, as the doors beside the form know it."""

from uuid import UUID

from registration.models.texts import folded
from registration.models.values import Value
from registration.models.yolo_config import YoloConfig
from registration.steps import GateName


class WaitingJob(Value):
    """Who waits where, and for which visit; `proposed` is what the configuration gate proposes, if it waits there."""

    job_id: UUID
    gate: GateName
    visit: int
    restaurant: str
    restaurant_id: UUID
    external_id: str | None = None
    proposed: YoloConfig | None = None

    def is_called(self, name: str) -> bool:
        """Whether `name` is one of its ids or, without regard to capitals and blanks, its restaurant's name."""
        ids = {str(self.job_id), str(self.restaurant_id), self.external_id}
        return name in ids or name.lower() in ids or folded(name) == folded(self.restaurant)
