"""Queries of an import: which restaurants an organisation has, and writing new ones."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.store.platform_tables import Restaurant

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
