"""How the platform says no.

Refusal             what was asked cannot be: an HTTP status with a reason in JSON
  TooSoon           429, with the seconds to wait
DatabaseAway        the platform cannot reach its database: 503 while it lasts
"""


class Refusal(Exception):
    """The platform refuses a request with an HTTP status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers: dict[str, str] = {}


class TooSoon(Refusal):
    """The platform has had enough for the moment; `seconds` is what it answers as Retry-After."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(429, reason)
        self.headers = {"Retry-After": str(seconds)}


class DatabaseAway(Exception):
    """The database cannot be reached, or its tables are not there yet."""
