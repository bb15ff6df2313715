"""Times as the platform writes them into its answers.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: the server's own have three digits and a Z; those
out of the database come with its rows.
"""

from datetime import UTC, datetime


def server_time(moment: datetime | None = None) -> str:
    """A time of the server, now if none is given."""
    at = (moment or datetime.now(UTC)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
