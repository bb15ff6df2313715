"""Which rows a call has written, and whether they are the contract's."""

from collections.abc import Iterator
from typing import Any, LiteralString, cast
from uuid import UUID

from tests.dev.sandbox.rows import Rows
from tests.platform_contract.contract import Answer, Endpoint, Write

INSERTED = ("registration_logs", "usage_events")
_LITERAL = ("action", "status", "script_name", "initiated_by", "event_type", "registration_status")
_LITERAL_TOO = ("registration_method", "onboarding_status", "upload_status", "job_type")
_IN_WORDS = {"now", "text", "header", "body", "row"}

Seen = dict[str, dict[str, dict[str, Any]]]
"""Rows by table and id."""


_MENUS = "(SELECT id FROM menus WHERE restaurant_id = %(restaurant)s)"
_OF_ORGANISATION = "organisation_id = %(organisation)s"
_CONDITIONS = {
    "pumpd_accounts": _OF_ORGANISATION,
    "pumpd_restaurants": _OF_ORGANISATION,
    "registration_logs": _OF_ORGANISATION,
    "usage_events": _OF_ORGANISATION,
    "restaurants": "id = %(restaurant)s",
    "extraction_jobs": "restaurant_id = %(restaurant)s",
    "menus": "restaurant_id = %(restaurant)s",
    "upload_batches": f"menu_id IN {_MENUS}",
    "item_images": f"menu_item_id IN (SELECT id FROM menu_items WHERE menu_id IN {_MENUS})",
}
_LOOK = cast(
    LiteralString,
    " UNION ALL ".join(
        f"SELECT '{table}' AS of, one.id::text AS key, to_jsonb(one) AS row FROM {table} AS one WHERE {condition}"
        for table, condition in _CONDITIONS.items()
    ),
)


async def look(rows: Rows, organisation_id: UUID, restaurant_id: UUID) -> Seen:
    """All rows of the platform that belong to a restaurant, in one statement."""
    seen: Seen = {table: {} for table in _CONDITIONS}
    for found in await rows.query(_LOOK, organisation=organisation_id, restaurant=restaurant_id):
        seen[found["of"]][found["key"]] = found["row"]
    return seen


def changed(before: Seen, after: Seen, table: str) -> list[dict[str, Any]]:
    """The rows of a table that are new or other than before."""
    return [row for key, row in after[table].items() if before[table].get(key) != row]


def unwritten(endpoint: Endpoint, answer: Answer, before: Seen, after: Seen) -> Iterator[str]:
    """Every write of the answer that is not to be seen in the tables."""
    last = {write.table: write.id for write in (endpoint.write(name) for name in answer.written)}
    for name in answer.written:
        write = endpoint.write(name)
        if write.table not in after or write.op == "none":
            continue
        rows = changed(before, after, write.table)
        overwritten = write.table not in INSERTED and (last[write.table] != name or answer.outside == "running")
        if not any(_fits(row, write, columns=not overwritten) for row in rows):
            yield f"{name}: no such row in {write.table} among {len(rows)} changed"


def written_without_reason(endpoint: Endpoint, answer: Answer, before: Seen, after: Seen) -> Iterator[str]:
    """Every table that has changed rows though the answer says nothing of it; what goes on may write all of it."""
    names = [one.id for one in endpoint.writes] if answer.outside == "running" else answer.possibly_written
    told = {table for name in names for table in endpoint.write(name).table.split(", ")}
    for table in after:
        if table not in told and (rows := changed(before, after, table)):
            yield f"{len(rows)} changed rows in {table}"


def _fits(row: dict[str, Any], write: Write, *, columns: bool) -> bool:
    if not columns:
        return True
    literal = {name: value for name, value in write.columns.items() if name in _LITERAL + _LITERAL_TOO}
    same = all(row[name] == value for name, value in literal.items() if isinstance(value, str) and " " not in value)
    metadata = write.columns.get("metadata") if write.table == "usage_events" else None
    return same and (not isinstance(metadata, dict) or set(row["metadata"] or {}) >= set(metadata))
