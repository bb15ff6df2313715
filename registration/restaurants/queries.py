"""Queries about restaurants and their import. Columns are named: rows can be megabytes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.shared_transaction import Reader, reader
from registration.database.tables.platform import Restaurant
from registration.database.tables.work import Job
from registration.errors import NotFound
from registration.restaurants.models import RestaurantData

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('import of ' || :organisation, 0))")
_EXTERNAL_ID = Restaurant.metadata_["external_id"].astext.label("external_id")
_SLUGS = text("select slug from restaurants where organisation_id = :organisation and slug is not null")
_LEARN = text(
    """
    update restaurants set metadata = metadata || :known, updated_at = clock_timestamp()
    where id = :restaurant and organisation_id = :organisation
    """
).bindparams(bindparam("known", type_=JSONB))


@dataclass(frozen=True)
class KnownRestaurant:
    """What tells one stored restaurant from another."""

    id: UUID
    name: str
    address: str | None
    external_id: str | None


async def lock_imports(connection: AsyncConnection, organisation_id: UUID) -> None:
    """One import of an organisation at a time, until the transaction ends."""
    await connection.execute(_ONE_AT_A_TIME, {"organisation": str(organisation_id)})


async def stored_restaurants(connection: AsyncConnection, organisation_id: UUID) -> tuple[KnownRestaurant, ...]:
    """All of the organisation, oldest first."""
    query = select(Restaurant.id, Restaurant.name, Restaurant.address, _EXTERNAL_ID)
    query = query.where(Restaurant.organisation_id == organisation_id).order_by(Restaurant.created_at, Restaurant.id)
    return tuple(
        KnownRestaurant(row.id, row.name, row.address, row.external_id) for row in await connection.execute(query)
    )


async def taken_slugs(connection: AsyncConnection, organisation_id: UUID) -> set[str]:
    """The slugs of the organisation's restaurants; those of others cannot be seen, see `insert_restaurant`."""
    return set((await connection.execute(_SLUGS, {"organisation": organisation_id})).scalars())


async def insert_restaurant(connection: AsyncConnection, values: dict[str, Any]) -> UUID | None:
    """Write one; None if its slug is taken, perhaps by another organisation's restaurant, and nothing was written."""
    statement = insert(Restaurant).values(values).on_conflict_do_nothing(index_elements=[Restaurant.slug])
    return (await connection.execute(statement.returning(Restaurant.id))).scalar_one_or_none()


async def learn_external_id(
    connection: AsyncConnection, organisation_id: UUID, restaurant_id: UUID, external_id: str
) -> None:
    """Note under which id the organisation's own lists know a restaurant."""
    known = {"external_id": external_id}
    await connection.execute(_LEARN, {"restaurant": restaurant_id, "organisation": organisation_id, "known": known})


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
