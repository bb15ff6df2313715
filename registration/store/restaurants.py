"""Queries about restaurants. Columns are named: rows can be megabytes."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound
from registration.models.restaurant import RestaurantData
from registration.store.platform_tables import Restaurant
from registration.store.reading import Reader, reader
from registration.store.work_tables import Job

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


async def restaurants_of_jobs(
    connection: AsyncConnection, organisation_id: UUID, job_ids: Collection[UUID]
) -> dict[UUID, Reader[RestaurantData]]:
    """The restaurants of several jobs, by job; one query."""
    query = (
        select(Job.id.label("job_id"), *_COLUMNS)
        .join(Job, Job.restaurant_id == Restaurant.id)
        .where(Job.id.in_(job_ids), Job.organisation_id == organisation_id)
        .where(Restaurant.organisation_id == organisation_id)
    )
    rows = await connection.execute(query)
    return {row.job_id: reader("restaurant", RestaurantData.model_validate, row) for row in rows}


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


async def last_register_entry(
    connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID
) -> dict[str, Any]:
    """The columns that were last written from the register, by name."""
    found = await connection.execute(_LAST_ENTRY, {"restaurant": restaurant_id, "organisation": organisation_id})
    return found.scalar_one()
