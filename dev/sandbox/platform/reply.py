"""An answer of the platform, and the bodies common to its failures.

Made after the platform's source at commit 3d2ff03 of 19 January 2026. The pages of the web framework are inferred.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi.responses import JSONResponse, Response

Body = dict[str, object]


@dataclass(frozen=True)
class Reply:
    """Status and body; without a status no answer is sent at all."""

    status: int | None
    body: Body | str
    content_type: str = "application/json"

    def response(self) -> Response:
        """The reply for the web server; only for a reply with a status."""
        status = self.status or 500
        if isinstance(self.body, str):
            return Response(self.body, status_code=status, media_type=self.content_type)
        return JSONResponse(self.body, status_code=status)


def success(message: str | None = None, **members: object) -> Body:
    """The answer of a route that completed."""
    body: Body = {} if message is None else {"message": message}
    return {"success": True, **body, **members}


def failure(error: str, **members: object) -> Body:
    """The answer of a route that failed."""
    return {"success": False, "error": error, **members}


def middleware(error: str, message: str, **members: object) -> Body:
    """The answer of the middleware before the route is reached; it has no `success`."""
    return {"error": error, "message": message, **members}


def server_time(moment: datetime | None = None) -> str:
    """A server time in the platform's format, by default now."""
    at = (moment or datetime.now(UTC)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
