"""feature-flags, and the check of a flag for an organisation.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: a flag is on if it is true or an object with
`enabled` true; a missing flag is off; a child flag is independent of its parent.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Case, says
from dev.sandbox.platform.reply import Body, middleware

_READ = "SELECT name, feature_flags FROM organisations WHERE id = %(organisation)s"
_DEFAULTS = Path(__file__).parent.parent / "data" / "feature_flags.json"
_FLAGS, _NONE, _UNKNOWN = "flags", "organisation has no flags", "organisation unknown"


async def flags_of(call: Call) -> Mapping[str, object] | None:
    """The organisation's flags; None if the organisation does not exist."""
    rows = await call.world.database.read(_READ, {"organisation": call.organisation_id})
    if not rows:
        return None
    call.notes["organisation"] = rows[0]["name"]
    return cast("Mapping[str, object]", rows[0]["feature_flags"] or {})


def is_on(flags: Mapping[str, object], name: str) -> bool:
    """True if a flag, named with its parents, is on."""
    value: object = flags
    for part in name.split("."):
        value = _members(value).get(part)
    return value is True or _members(value).get("enabled") is True


def _members(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


async def choose(call: Call) -> str:
    """The stored flags, unchanged."""
    flags = await flags_of(call)
    if flags is None:
        return _UNKNOWN
    call.notes["flags"] = flags
    return _FLAGS if flags else _NONE


async def _body(call: Call) -> Body:
    return {"feature_flags": call.notes.get("flags") or json.loads(_DEFAULTS.read_text())}


CASES = {
    _FLAGS: Case(200, _body),
    _NONE: Case(200, says({"feature_flags": {}})),
    _UNKNOWN: Case(500, says(middleware("Failed to fetch feature flags", "No such organisation"))),
    "not readable for now": Case(503, says(middleware("Service unavailable", "Try again in a moment", retryable=True))),
    "error": Case(500, says(middleware("Failed to get feature flags", "Internal error"))),
}
