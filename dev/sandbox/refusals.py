"""The errors of the sandbox.

Refusal: the register refuses a request, with an HTTP status and a reason in JSON.
DatabaseAway: the platform cannot reach its database; 503 while that lasts.
"""


class Refusal(Exception):
    """The register refuses a request with an HTTP status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class DatabaseAway(Exception):
    """The database cannot be reached, or its tables are not there yet."""
