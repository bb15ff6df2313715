"""The list of calls that arrived, so that a test can see when somebody asked for what and how it ended."""

from collections import deque
from datetime import UTC, datetime

from pydantic import BaseModel, Field

from dev.sandbox.faults import Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.rows import Restaurant

KEPT_CALLS = 20_000


class CallRecord(BaseModel):
    """One call without its body; `status` is absent while it runs and stays so if nothing was answered.

    `success` is what the answer says of it, absent where it says nothing that can be read.
    """

    endpoint: Endpoint
    method: str
    arrived_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    answered_at: datetime | None = None
    restaurant_id: str | None = None
    restaurant_name: str | None = None
    external_id: str | None = None
    fault: Kind | None = None
    status: int | None = None
    success: bool | None = None

    def is_about(self, restaurant: Restaurant) -> None:
        """Note for whom it is."""
        self.restaurant_id = str(restaurant.id)
        self.restaurant_name = restaurant.name
        self.external_id = restaurant.external_id

    def answered(self, status: int, success: bool | None = None) -> None:
        """Note how it ended."""
        self.status, self.success = status, success
        self.answered_at = datetime.now(UTC)


class CallLog:
    """The newest calls, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[CallRecord] = deque(maxlen=KEPT_CALLS)

    def arrived(self, endpoint: Endpoint, method: str) -> CallRecord:
        """Note a call that has just come in."""
        record = CallRecord(endpoint=endpoint, method=method)
        self.calls.append(record)
        return record
