"""The list of requests that arrived, so that a test can see each request's time, subject and answer."""

from collections import deque
from datetime import UTC, datetime

from pydantic import BaseModel, Field

from dev.sandbox.faults import Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.rows import Restaurant

KEPT_CALLS = 20_000


class CallRecord(BaseModel):
    """One request without its body; `status` is None while the request runs, and stays None if no answer was sent.

    `success` is that of the answer, None if the answer has none or cannot be read.
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
        """Store the restaurant and organisation of the request."""
        self.restaurant_id = str(restaurant.id)
        self.restaurant_name = restaurant.name
        self.external_id = restaurant.external_id

    def answered(self, status: int, success: bool | None = None) -> None:
        """Store the result of the request."""
        self.status, self.success = status, success
        self.answered_at = datetime.now(UTC)


class CallLog:
    """The newest requests, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[CallRecord] = deque(maxlen=KEPT_CALLS)

    def arrived(self, endpoint: Endpoint, method: str) -> CallRecord:
        """Record a request that has just arrived."""
        record = CallRecord(endpoint=endpoint, method=method)
        self.calls.append(record)
        return record
