"""Rows of pumpd_restaurants with all their columns, created by code generation or by the registration.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: one row per organisation and restaurant; the
subdomain is unique over all organisations.
"""

from typing import LiteralString, cast
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from dev.sandbox.platform import account_rows
from dev.sandbox.platform.call import Call, Row

_COLUMNS: LiteralString = """
    p.id, p.organisation_id, p.restaurant_id, p.pumpd_account_id, p.pumpd_restaurant_id, p.pumpd_subdomain,
    p.pumpd_full_url, p.registration_status, p.registration_date, p.registration_type, p.configured_name,
    p.configured_address, p.configured_phone, p.configured_hours, p.configured_locale, p.configured_timezone,
    p.configured_currency, p.tax_in_prices, p.dashboard_url, p.settings_url, p.menu_url, p.is_active, p.last_sync_date,
    p.sync_status, p.last_error, p.error_count, p.created_at, p.updated_at, p.setup_completion, p.webhook_secret,
    p.api_keys, p.system_settings_completed_at, p.api_key_created_at, p.uber_integration_completed_at,
    p.head_injection, p.body_injection, p.code_injection_config, p.code_injection_generated_at
"""
_READ: LiteralString = (
    "SELECT row_to_json(one) AS row FROM (SELECT "
    + _COLUMNS
    + " FROM pumpd_restaurants p WHERE p.organisation_id = %(organisation)s AND p.restaurant_id = %(restaurant)s) one"
)
_BEGIN = """
    INSERT INTO pumpd_restaurants (id, organisation_id, restaurant_id, pumpd_account_id, registration_status,
                                   registration_type, configured_name, configured_address, configured_phone,
                                   configured_hours)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(account)s, 'in_progress', %(type)s, %(name)s, %(address)s,
            %(phone)s, %(hours)s)
    ON CONFLICT (organisation_id, restaurant_id) DO UPDATE
    SET pumpd_account_id = excluded.pumpd_account_id, registration_status = 'in_progress',
        registration_type = excluded.registration_type, configured_name = excluded.configured_name,
        configured_address = excluded.configured_address, configured_phone = excluded.configured_phone,
        configured_hours = excluded.configured_hours, updated_at = clock_timestamp()
"""
_COMPLETE = """
    UPDATE pumpd_restaurants
    SET registration_status = 'completed', registration_date = clock_timestamp(),
        pumpd_restaurant_id = %(pumpd_id)s, pumpd_subdomain = %(subdomain)s, pumpd_full_url = %(url)s,
        dashboard_url = %(dashboard)s, settings_url = %(settings)s, menu_url = %(menu)s,
        updated_at = clock_timestamp()
    WHERE id = %(id)s
"""
_FAIL = """
    UPDATE pumpd_restaurants
    SET registration_status = 'failed', last_error = %(error)s, error_count = coalesce(error_count, 0) + 1,
        updated_at = clock_timestamp()
    WHERE id = %(id)s
"""
_CODE = """
    INSERT INTO pumpd_restaurants (id, organisation_id, restaurant_id, head_injection, body_injection,
                                   code_injection_config, code_injection_generated_at)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(head)s, %(body)s, %(config)s, clock_timestamp())
    ON CONFLICT (organisation_id, restaurant_id) DO UPDATE
    SET head_injection = excluded.head_injection, body_injection = excluded.body_injection,
        code_injection_config = excluded.code_injection_config,
        code_injection_generated_at = excluded.code_injection_generated_at, updated_at = clock_timestamp()
"""
ADMIN = "https://admin.platform.example"
DOMAIN = "platform.example"


async def pumpd_restaurant_of(call: Call) -> Row | None:
    """The restaurant's row."""
    values = {"organisation": call.organisation_id, "restaurant": call.restaurant_id}
    rows = await call.world.database.read(_READ, values)
    return cast(Row, rows[0]["row"]) if rows else None


async def begin(call: Call, registration_type: str) -> None:
    """Insert or take the row of a registration that is about to run, with values of the restaurant's own row."""
    row = call.restaurant
    values: dict[str, object] = {
        "id": uuid4(),
        "organisation": call.organisation_id,
        "restaurant": call.restaurant_id,
        "account": (call.account or {}).get("id"),
        "type": registration_type,
        "name": row and row.name,
        "address": row and row.address,
        "phone": row and row.phone,
        "hours": Jsonb(row.opening_hours) if row and row.opening_hours is not None else None,
    }
    await call.world.database.write(_BEGIN, values)
    call.pumpd_restaurant = await pumpd_restaurant_of(call)


async def complete(call: Call, pumpd_id: str | None, subdomain: str) -> bool:
    """Store the result of a registration; False, with nothing stored, if another row has the subdomain."""
    page = f"{ADMIN}/restaurant/{pumpd_id}" if pumpd_id else None
    values = {
        "id": (call.pumpd_restaurant or {}).get("id"),
        "pumpd_id": pumpd_id,
        "subdomain": subdomain,
        "url": f"https://{subdomain}.{DOMAIN}",
        "dashboard": page,
        "settings": page and f"{page}/settings",
        "menu": page and f"{page}/menus",
    }
    try:
        await call.world.database.write(_COMPLETE, values)
    except psycopg.IntegrityError:
        return False
    return True


async def fail(call: Call, error: str) -> None:
    """Store the failure of a registration, with the error text unchanged."""
    await call.world.database.write_unseen(_FAIL, {"id": (call.pumpd_restaurant or {}).get("id"), "error": error})


async def store_code(call: Call, head: str, body: str, config: Row) -> None:
    """Store generated code; insert the row if it is missing."""
    values = {
        "id": uuid4(),
        "organisation": call.organisation_id,
        "restaurant": call.restaurant_id,
        "head": head,
        "body": body,
        "config": Jsonb(config),
    }
    await call.world.database.write_unseen(_CODE, values)
    call.pumpd_restaurant = await pumpd_restaurant_of(call)


async def account_behind(call: Call) -> Row | None:
    """The account with which scripts sign in: that of the restaurant's row, else the restaurant's single account row.

    If the restaurant has no row, there is no fallback.
    """
    call.pumpd_restaurant = call.pumpd_restaurant or await pumpd_restaurant_of(call)
    if call.pumpd_restaurant is None:
        return None
    held = await account_rows.by_id(call, call.pumpd_restaurant["pumpd_account_id"])
    return held or await account_rows.of_restaurant(call)
