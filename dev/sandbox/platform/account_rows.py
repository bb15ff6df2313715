"""Rows of pumpd_accounts with all their columns, including the password in clear.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: e-mails are compared with their capitals; an
account is unique per organisation and e-mail.
"""

from typing import LiteralString, cast
from uuid import UUID, uuid4

import psycopg

from dev.sandbox.platform.call import Call, Row

COLUMNS: LiteralString = """
    a.id, a.organisation_id, a.restaurant_id, a.email, a.user_password_hint, a.registration_status,
    a.registration_date, a.registration_method, a.restaurant_count, a.is_primary_account, a.pumpd_user_id,
    a.pumpd_dashboard_url, a.last_error, a.retry_count, a.created_at, a.updated_at
"""
_SELECT: LiteralString = "SELECT row_to_json(one) AS row FROM (SELECT " + COLUMNS + " FROM pumpd_accounts a "
_OF_RESTAURANT = (
    _SELECT + "WHERE a.organisation_id = %(organisation)s AND a.restaurant_id = %(restaurant)s LIMIT 2) one"
)
_OF_EMAIL = _SELECT + "WHERE a.organisation_id = %(organisation)s AND a.email = %(email)s) one"
_BY_ID = _SELECT + "WHERE a.id = %(id)s) one"
_UPSERT = """
    INSERT INTO pumpd_accounts (id, organisation_id, restaurant_id, email, user_password_hint, registration_status,
                                registration_method)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(email)s, %(password)s, 'in_progress', 'api')
    ON CONFLICT (organisation_id, email) DO UPDATE
    SET user_password_hint = excluded.user_password_hint, registration_status = 'in_progress',
        registration_method = 'api', updated_at = clock_timestamp()
    WHERE pumpd_accounts.restaurant_id = excluded.restaurant_id
    RETURNING id
"""
_TAKE_OVER = """
    INSERT INTO pumpd_accounts (id, organisation_id, restaurant_id, email, user_password_hint, registration_status,
                                registration_method, registration_date, restaurant_count, is_primary_account)
    VALUES (%(id)s, %(organisation)s, %(restaurant)s, %(email)s, %(password)s, 'existing', 'playwright',
            clock_timestamp(), %(count)s, true)
    ON CONFLICT (organisation_id, email) DO NOTHING
"""
_CHANGE = """
    UPDATE pumpd_accounts
    SET registration_status = coalesce(%(status)s, registration_status),
        registration_date = CASE WHEN %(dated)s THEN clock_timestamp() ELSE registration_date END,
        pumpd_user_id = coalesce(%(user)s, pumpd_user_id),
        pumpd_dashboard_url = coalesce(%(dashboard)s, pumpd_dashboard_url),
        last_error = coalesce(%(error)s, last_error),
        retry_count = CASE WHEN %(error)s::text IS NULL THEN coalesce(%(retries)s, retry_count)
                           ELSE coalesce(retry_count, 0) + 1 END,
        restaurant_count = coalesce(%(count)s, restaurant_count), updated_at = clock_timestamp()
    WHERE id = %(id)s
"""


async def of_restaurant(call: Call) -> Row | None:
    """The single account row of the restaurant; None if there are two or more."""
    rows = await call.world.database.read(
        _OF_RESTAURANT, {"organisation": call.organisation_id, "restaurant": call.restaurant_id}
    )
    return cast(Row, rows[0]["row"]) if len(rows) == 1 else None


async def of_email(call: Call, email: str) -> Row | None:
    """The account row of an e-mail in the organisation."""
    return await _one(call, _OF_EMAIL, {"organisation": call.organisation_id, "email": email})


async def by_id(call: Call, account_id: object) -> Row | None:
    """An account row by its id."""
    return await _one(call, _BY_ID, {"id": account_id}) if account_id else None


async def begin(call: Call, email: str, password: str) -> Row | None:
    """Insert or take the row of an account that is to be made; None if another restaurant has the e-mail."""
    values = _values(call, email, password)
    try:
        made = await call.world.database.read(_UPSERT, values)
    except psycopg.IntegrityError:
        made = []
    return await by_id(call, made[0]["id"]) if made else None


async def take_over(call: Call, email: str, password: str, count: int) -> Row | None:
    """Insert a row for an account that already exists in the ordering system, according to the request."""
    await call.world.database.write(_TAKE_OVER, {**_values(call, email, password), "count": count})
    return await of_email(call, email)


async def change(call: Call, **changes: object) -> None:
    """Change the call's account row: status, dated, user, dashboard, error (counts a try), retries, count."""
    if call.account is not None:
        wanted = dict.fromkeys(("status", "user", "dashboard", "error", "retries", "count"))
        values = {**wanted, "dated": False, **changes, "id": call.account["id"]}
        await call.world.database.write_unseen(_CHANGE, values)


def _values(call: Call, email: str, password: str) -> dict[str, object]:
    ids: dict[str, UUID] = {"id": uuid4(), "organisation": call.organisation_id, "restaurant": call.restaurant_id}
    return {**ids, "email": email, "password": password}


async def _one(call: Call, query: LiteralString, values: dict[str, object]) -> Row | None:
    rows = await call.world.database.read(query, values)
    return cast(Row, rows[0]["row"]) if rows else None
