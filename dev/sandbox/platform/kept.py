"""Records of a route's own work: rows of registration_logs and usage_events; refused rows are lost silently.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: no route reads either kind of row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from psycopg.types.json import Jsonb

from dev.sandbox.platform.call import Call
from dev.sandbox.platform.cases import Step

_LOG = """
    INSERT INTO registration_logs (id, organisation_id, restaurant_id, pumpd_account_id, pumpd_restaurant_id, action,
                                   status, request_data, response_data, error_message, script_name, initiated_by,
                                   created_at)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(account)s, %(pumpd_restaurant)s, %(action)s, %(status)s,
            %(request)s, %(response)s, %(error)s, %(script)s, 'service@internal', clock_timestamp())
    ON CONFLICT (id) DO NOTHING
"""
_USAGE = """
    INSERT INTO usage_events (id, organisation_id, event_type, quantity, metadata, created_at)
    VALUES (%(id)s, %(organisation)s, %(type)s, %(quantity)s, %(metadata)s, clock_timestamp())
    ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True)
class LogEntry:
    """One row of registration_logs; `account` and `pumpd_restaurant` are ids of the platform's own rows."""

    action: str
    status: str
    script: str | None = None
    request: Mapping[str, object] | None = None
    response: Mapping[str, object] | None = None
    error: str | None = None
    account: object = None
    pumpd_restaurant: object = None


async def log(call: Call, entry: LogEntry) -> None:
    """Insert a row of registration_logs."""
    values = {
        "id": uuid4(),
        "organisation": call.organisation_id,
        "restaurant": call.restaurant_id,
        "account": entry.account,
        "pumpd_restaurant": entry.pumpd_restaurant,
        "action": entry.action,
        "status": entry.status,
        "request": _json(entry.request),
        "response": _json(entry.response),
        "error": entry.error,
        "script": entry.script,
    }
    await call.world.database.write_unseen(_LOG, values)


async def use(call: Call, event: str, metadata: Mapping[str, object], quantity: int = 1) -> None:
    """Insert a row of usage_events for the organisation of the request."""
    values = {
        "id": uuid4(),
        "organisation": call.organisation_id,
        "type": event,
        "quantity": quantity,
        "metadata": Jsonb(dict(metadata)),
    }
    await call.world.database.write_unseen(_USAGE, values)


def uses(event: str, **more: str) -> Step:
    """A writer of the restaurant's usage event; `more` names members of its metadata and of the body."""

    async def write(call: Call) -> None:
        sent = {name: call.text(member) for name, member in more.items()}
        await use(call, event, {"restaurant_id": str(call.restaurant_id), **sent})

    return write


def _json(value: Mapping[str, object] | None) -> Jsonb | None:
    return None if value is None else Jsonb(dict(value))
