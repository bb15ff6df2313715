"""The platform's tables according to its own schema, for databases that have only the part that registration uses.

Made after the schema facts of the platform's repository at commit 3d2ff03 of 19 January 2026. The columns of `menus`,
`upload_batches` and `usage_events` come from planning documents there; `categories`, `platforms` and
`restaurant_platforms` are reduced to the columns that an extraction writes (inferred).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

from psycopg import AsyncConnection, sql

_FLAGS = (Path(__file__).parent / "data" / "feature_flags.json").read_text()
_NOW, _ID = "timestamptz DEFAULT clock_timestamp()", "uuid PRIMARY KEY DEFAULT gen_random_uuid()"
_ZONELESS = "timestamp DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')"
TABLES: dict[str, dict[str, str]] = {
    "organisations": {"feature_flags": f"jsonb DEFAULT '{json.dumps(json.loads(_FLAGS))}'", "settings": "jsonb"},
    "restaurants": {
        "user_password_hint": "text",
        "tertiary_color": "text",
        "accent_color": "text",
        "background_color": "text",
        "logo_nobg_url": "text",
        "logo_standard_url": "text",
        "logo_thermal_url": "text",
        "logo_thermal_alt_url": "text",
        "logo_thermal_contrast_url": "text",
        "logo_thermal_adaptive_url": "text",
        "logo_favicon_url": "text",
        "website_og_title": "text",
        "website_og_description": "text",
    },
    "platforms": {"id": _ID, "name": "text UNIQUE"},
    "restaurant_platforms": {
        "id": _ID,
        "restaurant_id": "uuid REFERENCES public.restaurants (id) ON DELETE CASCADE",
        "platform_id": "uuid REFERENCES public.platforms (id)",
        "url": "text",
        "last_scraped_at": "timestamptz",
    },
    "extraction_jobs": {"platform_id": "uuid", "config": "jsonb DEFAULT '{}'"},
    "menus": {
        "extraction_job_id": "uuid",
        "platform_id": "uuid",
        "menu_data": "jsonb",
        "updated_at": _NOW,
        "organisation_id": "uuid",
    },
    "categories": {
        "id": _ID,
        "menu_id": "uuid REFERENCES public.menus (id) ON DELETE CASCADE",
        "name": "text",
        "organisation_id": "uuid",
    },
    "menu_items": {
        "category_id": "uuid REFERENCES public.categories (id) ON DELETE CASCADE",
        "description": "text",
        "currency": "varchar(3) DEFAULT 'NZD'",
        "is_available": "boolean DEFAULT true",
        "metadata": "jsonb DEFAULT '{}'",
        "organisation_id": "uuid",
        "has_option_sets": "boolean DEFAULT false",
    },
    "item_images": {
        "id": _ID,
        "menu_item_id": "uuid NOT NULL REFERENCES public.menu_items (id) ON DELETE CASCADE",
        "url": "text NOT NULL",
        "type": "varchar(50) DEFAULT 'primary'",
        "width": "integer",
        "height": "integer",
        "file_size": "integer",
        "is_downloaded": "boolean DEFAULT false",
        "local_path": "text",
        "created_at": _NOW,
        "organisation_id": "uuid",
        "cdn_uploaded": "boolean DEFAULT false",
        "cdn_id": "uuid",
        "cdn_url": "text",
        "cdn_filename": "varchar(255)",
        "cdn_metadata": "jsonb",
        "upload_status": "varchar(50)",
        "upload_error": "text",
        "uploaded_at": "timestamp",
    },
    "upload_batches": {
        "id": _ID,
        "menu_id": "uuid REFERENCES public.menus (id) ON DELETE CASCADE",
        "total_images": "integer NOT NULL",
        "uploaded_count": "integer DEFAULT 0",
        "failed_count": "integer DEFAULT 0",
        "status": "varchar(50) DEFAULT 'pending'",
        "started_at": _ZONELESS,
        "completed_at": "timestamp",
        "metadata": "jsonb",
        "created_at": _ZONELESS,
        "updated_at": _ZONELESS,
    },
    "pumpd_accounts": {
        "user_password_hint": "varchar(255)",
        "registration_method": "varchar(50)",
        "is_primary_account": "boolean DEFAULT true",
        "pumpd_dashboard_url": "text",
        "retry_count": "integer DEFAULT 0",
    },
    "pumpd_restaurants": {
        "pumpd_full_url": "text",
        "registration_date": "timestamptz",
        "configured_name": "varchar(255)",
        "configured_address": "text",
        "configured_phone": "varchar(50)",
        "configured_hours": "jsonb",
        "configured_locale": "varchar(50) DEFAULT 'en-NZ'",
        "configured_timezone": "varchar(50) DEFAULT 'Pacific/Auckland'",
        "configured_currency": "varchar(10) DEFAULT 'NZD'",
        "tax_in_prices": "boolean DEFAULT true",
        "settings_url": "text",
        "menu_url": "text",
        "is_active": "boolean DEFAULT true",
        "last_sync_date": "timestamptz",
        "sync_status": "varchar(50)",
        "last_error": "text",
        "error_count": "integer DEFAULT 0",
        "setup_completion": "jsonb DEFAULT '{}'",
        "webhook_secret": "text",
        "api_keys": "jsonb DEFAULT '[]'",
        "system_settings_completed_at": "timestamptz",
        "api_key_created_at": "timestamptz",
        "uber_integration_completed_at": "timestamptz",
    },
    "registration_logs": {
        "id": _ID,
        "organisation_id": "uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE",
        "restaurant_id": "uuid REFERENCES public.restaurants (id) ON DELETE CASCADE",
        "pumpd_account_id": "uuid REFERENCES public.pumpd_accounts (id) ON DELETE CASCADE",
        "pumpd_restaurant_id": "uuid REFERENCES public.pumpd_restaurants (id) ON DELETE CASCADE",
        "action": "varchar(100) NOT NULL",
        "status": "varchar(50) NOT NULL",
        "request_data": "jsonb",
        "response_data": "jsonb",
        "error_message": "text",
        "script_name": "varchar(255)",
        "execution_time_ms": "integer",
        "screenshot_paths": "text[]",
        "initiated_by": "varchar(255)",
        "created_at": _NOW,
    },
    "usage_events": {
        "id": _ID,
        "organisation_id": "uuid REFERENCES public.organisations (id) ON DELETE CASCADE",
        "event_type": "text NOT NULL",
        "event_subtype": "text",
        "quantity": "integer DEFAULT 1",
        "metadata": "jsonb DEFAULT '{}'",
        "created_at": _NOW,
    },
}
"""Tables and columns that the platform uses, without columns that registration's own migrations create."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('dev.sandbox.tables'))"
_THERE = """
    SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner, array_agg(a.attname::text) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.oid
"""
_FILL = "INSERT INTO public.platforms (name) VALUES ('ubereats'), ('doordash') ON CONFLICT (name) DO NOTHING"
_GRANT = sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO SESSION_USER")
"""The owner of the tables creates them; the signed-in role uses them."""
_OLDEST = "restaurants"
Connection = AsyncConnection[dict[str, Any]]


async def complete(connection: Connection) -> None:
    """Create the missing tables and columns, as the tables' owner; nothing happens before the first migration."""
    if not await _missing(connection):
        return
    async with connection.transaction():
        await connection.execute(_LOCK)
        missing = await _missing(connection)
        if missing:
            await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(missing[0].owner)))
        for column in missing:
            await connection.execute(column.statement)
            await connection.execute(_GRANT.format(sql.Identifier("public", column.table)))
        if any(column.table == "platforms" for column in missing):
            await connection.execute(_FILL)


@dataclass(frozen=True)
class _Missing:
    table: str
    owner: str
    statement: sql.Composed


async def _missing(connection: Connection) -> list[_Missing]:
    rows = await (await connection.execute(_THERE)).fetchall()
    there = {row["name"]: set(row["columns"]) for row in rows}
    if _OLDEST not in there:
        return []
    [owner] = [row["owner"] for row in rows if row["name"] == _OLDEST]
    found: list[_Missing] = []
    for table, columns in TABLES.items():
        lacking = [(name, kind) for name, kind in columns.items() if name not in there.get(table, set())]
        if table not in there:
            found.append(_Missing(table, owner, _statement("CREATE TABLE {} ({})", table, lacking)))
        elif lacking:
            found.append(_Missing(table, owner, _statement("ALTER TABLE {} {}", table, lacking, "ADD COLUMN ")))
    return found


def _statement(
    text: LiteralString, table: str, columns: Sequence[tuple[str, str]], prefix: LiteralString = ""
) -> sql.Composed:
    parts = [sql.SQL(prefix + "{} {}").format(sql.Identifier(name), sql.SQL(_ours(kind))) for name, kind in columns]
    return sql.SQL(text).format(sql.Identifier("public", table), sql.SQL(", ").join(parts))


def _ours(kind: str) -> LiteralString:
    """A column's type from the table above, which contains no text from outside."""
    return cast(LiteralString, kind)
