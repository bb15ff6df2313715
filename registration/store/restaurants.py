"""Queries about restaurants, their menus and their extractions. Columns are named: rows can be megabytes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.models.restaurant import MenuChoice, RestaurantData
from registration.store.platform_tables import Restaurant

_MENUS = text(
    """
    select m.id, m.version, m.created_at, count(i.id)::int as items
    from menus m join restaurants r on r.id = m.restaurant_id left join menu_items i on i.menu_id = m.id
    where m.restaurant_id = :restaurant and r.organisation_id = :organisation and m.is_active
    group by m.id order by m.created_at desc
    """
)
_ACCOUNT_ON_PLATFORM = text(
    """
    select exists (select from pumpd_accounts where organisation_id = :organisation and lower(email) = :email
        and registration_status in ('completed', 'existing'))
    """
)

_LAST_ENTRY = text(
    """
    select coalesce(additional_contacts_metadata -> 'written', '{}'::jsonb) from restaurants
    where id = :restaurant and organisation_id = :organisation
    """
)

_COLUMNS = [getattr(Restaurant, name) for name in RestaurantData.model_fields if hasattr(Restaurant, name)]


async def read_restaurant(connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID) -> RestaurantData:
    """Raises NotFound for an unknown or foreign one."""
    query = select(*_COLUMNS).where(Restaurant.id == restaurant_id, Restaurant.organisation_id == organisation_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"there is no restaurant {restaurant_id} in this organisation")
    return RestaurantData.model_validate(row)


async def read_restaurants(
    connection: AsyncConnection, organisation_id: UUID, restaurant_ids: list[UUID]
) -> dict[UUID, RestaurantData]:
    """Several at once, by id."""
    query = select(*_COLUMNS).where(Restaurant.id.in_(restaurant_ids), Restaurant.organisation_id == organisation_id)
    return {row.id: RestaurantData.model_validate(row) for row in await connection.execute(query)}


async def save_restaurant(
    connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID, values: dict[str, Any]
) -> None:
    """Write columns of one restaurant; no values is no write."""
    if values:
        await connection.execute(
            update(Restaurant)
            .where(Restaurant.id == restaurant_id, Restaurant.organisation_id == organisation_id)
            .values(**values, updated_at=text("clock_timestamp()"))
        )


async def active_menus(
    connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID
) -> tuple[MenuChoice, ...]:
    """Its active menus with their item counts, newest first."""
    rows = await connection.execute(_MENUS, {"restaurant": restaurant_id, "organisation": organisation_id})
    return tuple(MenuChoice(id=row.id, version=row.version, items=row.items) for row in rows)


async def account_on_platform(connection: AsyncConnection, organisation_id: UUID, email: str) -> bool:
    """Whether the platform has an account with this e-mail (lower case)."""
    found = await connection.execute(_ACCOUNT_ON_PLATFORM, {"organisation": organisation_id, "email": email})
    return bool(found.scalar_one())


async def last_register_entry(
    connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID
) -> dict[str, Any]:
    """The columns that were last written from the register, by name."""
    found = await connection.execute(_LAST_ENTRY, {"restaurant": restaurant_id, "organisation": organisation_id})
    return found.scalar_one()
