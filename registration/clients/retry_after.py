"""How long a server that is too busy wants to be left alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from registration.clients.http_dates import date_of


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or an HTTP date in `Retry-After`; None if absent or not readable.

    Such a date is by the clock of the server, like the `Date` of its answer; this machine's clock stands in for an
    answer without.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    until = date_of(headers, "retry-after")
    if until is None:
        return None
    said_at = date_of(headers) or datetime.now(UTC)
    return max(0.0, (until - said_at).total_seconds())
