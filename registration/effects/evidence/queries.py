"""Queries about what the platform did, in its own tables: one for each fact, with only the columns that it needs.

`user_password_hint`, `api_keys`, `webhook_secret`, and what scripts printed, errors included, are never read.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from registration.database.session import Transaction
from registration.kit.values import ascii_email
from registration.platform.rows import (
    AccountRow,
    CodeRow,
    EventRow,
    ImageRows,
    LinkRow,
    LogRow,
    RestaurantRow,
    UploadRow,
)

_ACCOUNTS = text(
    """
    select cast(a.id as text) as id, a.restaurant_id, a.email, a.registration_status as status,
        a.pumpd_user_id is not null as has_user_id, exists (
            select from pumpd_restaurants p where p.pumpd_account_id = a.id and p.organisation_id = :organisation
                and p.registration_type = 'account_and_restaurant') as with_restaurant
    from pumpd_accounts a
    where a.organisation_id = :organisation and lower(a.email) in (:email, :ascii)
    order by a.created_at, a.id limit 10
    """
)
_LOGS = text(
    """
    select status, created_at as at, lower(response_data ->> 'userEmail') as user_email,
        coalesce(response_data ->> 'alreadyExists' = 'true', false) as existed
    from registration_logs
    where organisation_id = :organisation and action = :action and status in ('success', 'failed')
        and (restaurant_id = :restaurant or pumpd_account_id = any(:accounts)
            or lower(response_data ->> 'userEmail') in (:email, :ascii))
    order by created_at desc, id limit 50
    """
)
_RESTAURANT = text(
    """
    select p.pumpd_restaurant_id as id, p.pumpd_subdomain as subdomain, p.registration_status as status,
        p.dashboard_url, (select count(*) from pumpd_restaurants o where o.organisation_id = :organisation
            and o.pumpd_restaurant_id = p.pumpd_restaurant_id and o.id <> p.id)::int as others
    from pumpd_restaurants p where p.organisation_id = :organisation and p.restaurant_id = :restaurant
    """
)
_CODE = text(
    """
    select cast(p.id as text) as id,
        coalesce(p.head_injection, '') <> '' and coalesce(p.body_injection, '') <> '' as has_content,
        p.code_injection_generated_at as stored_at, p.code_injection_config ->> 'generatedAt' as run_at
    from pumpd_restaurants p where p.organisation_id = :organisation and p.restaurant_id = :restaurant
    """
)
_OF_MENU = """
    from item_images x join menu_items i on i.id = x.menu_item_id join menus m on m.id = i.menu_id
    join restaurants r on r.id = m.restaurant_id
    where m.id = :menu and r.organisation_id = :organisation
"""
_IMAGES = text(
    f"""
    select count(*)::int as total, (count(*) filter (where x.cdn_uploaded))::int as uploaded,
        (array_agg(left(i.name, 80) || coalesce(' (' || left(x.upload_error, 120) || ')', '') order by i.name, x.id)
            filter (where x.cdn_uploaded is not true and x.upload_status = 'failed'))[1\\:20] as failed, exists (
            select from menus m join restaurants r on r.id = m.restaurant_id
            where m.id = :menu and r.organisation_id = :organisation) as menu_seen
    {_OF_MENU}
    """
)
_BATCH = text(
    """
    select cast(b.id as text) as id, b.status, b.created_at at time zone 'utc' as at
    from upload_batches b join menus m on m.id = b.menu_id join restaurants r on r.id = m.restaurant_id
    where m.id = :menu and r.organisation_id = :organisation
    order by b.created_at desc, b.id limit 1
    """
)
_EVENT = text(
    """
    select created_at as at, metadata ->> 'option_sets_count' as option_sets, metadata ->> 'tags_created' as tags,
        metadata ->> 'items_assigned' as items_assigned
    from usage_events
    where organisation_id = :organisation and event_type = :event and metadata ->> 'restaurant_id' = :restaurant
        and (cast(:menu as text) is null or metadata ->> 'menu_id' = :menu)
    order by created_at desc, id limit 1
    """
)
_LINKS = text(
    """
    select demo_store_url, left(hosted_logo_url, 2000) as hosted_logo_url, stripe_connect_url from restaurants
    where id = :restaurant and organisation_id = :organisation
    """
)


async def read_accounts(transaction: Transaction, email: str) -> tuple[AccountRow, ...]:
    """The accounts of an e-mail; the platform compares letters, so that there may be several."""
    rows = await _rows(transaction, _ACCOUNTS, **_spellings(email))
    return tuple(AccountRow(**row) for row in rows)


async def read_logs(
    transaction: Transaction,
    restaurant_id: UUID,
    action: str,
    accounts: Collection[str] = (),
    email: str = "",
) -> tuple[LogRow, ...]:
    """How the calls of a restaurant, of these accounts or for the onboarding user of an e-mail ended, newest first."""
    parameters = {"restaurant": restaurant_id, "action": action, "accounts": [UUID(one) for one in accounts]}
    rows = await _rows(transaction, _LOGS, **parameters, **_spellings(email))
    return tuple(LogRow(**row) for row in rows)


async def read_restaurant(transaction: Transaction, restaurant_id: UUID) -> RestaurantRow | None:
    """The registration of a restaurant, or what is prepared for it."""
    rows = await _rows(transaction, _RESTAURANT, restaurant=restaurant_id)
    return next((RestaurantRow(**row) for row in rows), None)


async def read_code(transaction: Transaction, restaurant_id: UUID) -> CodeRow | None:
    """The generated code of a restaurant."""
    rows = await _rows(transaction, _CODE, restaurant=restaurant_id)
    return next((CodeRow(**row) for row in rows), None)


async def read_images(transaction: Transaction, menu_id: UUID) -> ImageRows:
    """The images of a menu of this organisation."""
    [row] = await _rows(transaction, _IMAGES, menu=menu_id)
    return ImageRows(row["total"], row["uploaded"], tuple(row["failed"] or ()), row["menu_seen"])


async def read_upload(transaction: Transaction, menu_id: UUID) -> UploadRow | None:
    """The newest upload of a menu's images."""
    rows = await _rows(transaction, _BATCH, menu=menu_id)
    return next((UploadRow(**row) for row in rows), None)


async def read_event(
    transaction: Transaction, restaurant_id: UUID, event: str, menu_id: UUID | None
) -> EventRow | None:
    """The newest event of a restaurant, and of a menu if one is named."""
    parameters = {"restaurant": str(restaurant_id), "event": event, "menu": str(menu_id) if menu_id else None}
    return next((EventRow(**row) for row in await _rows(transaction, _EVENT, **parameters)), None)


async def read_links(transaction: Transaction, restaurant_id: UUID) -> LinkRow:
    """The addresses on the restaurant; none for an unknown one."""
    rows = await _rows(transaction, _LINKS, restaurant=restaurant_id)
    return next((LinkRow(**row) for row in rows), LinkRow())


def _spellings(email: str) -> Mapping[str, str]:
    return {"email": email.lower(), "ascii": ascii_email(email.lower())}


async def _rows(transaction: Transaction, query: TextClause, **parameters: Any) -> list[dict[str, Any]]:
    found = await transaction.execute(query, {"organisation": transaction.organisation_id, **parameters})
    return [dict(row) for row in found.mappings()]
