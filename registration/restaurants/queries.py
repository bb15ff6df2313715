"""Queries about restaurants and their import. Columns are listed explicitly, since rows can be megabytes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from registration.database.session import Transaction
from registration.database.shared_transaction import Reader, reader
from registration.database.tables.platform import Restaurant
from registration.database.tables.work import Job
from registration.errors import NotFound
from registration.restaurants.models import ImageName, RestaurantData

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('import of ' || :organisation, 0))")
_EXTERNAL_ID = Restaurant.metadata_["external_id"].astext.label("external_id")
_SLUGS = text("select slug from restaurants where organisation_id = :organisation and slug is not null")
_LEARN = text(
    """
    update restaurants set metadata = metadata || :known, updated_at = clock_timestamp()
    where id = :restaurant and organisation_id = :organisation
    """
).bindparams(bindparam("known", type_=JSONB))
_LAST_ENTRY = text(
    """
    select coalesce(additional_contacts_metadata -> 'written', '{}'::jsonb) from restaurants
    where id = :restaurant and organisation_id = :organisation
    """
)
_DIRECTOR = text(
    """
    update restaurants set additional_contacts_metadata =
        jsonb_set(additional_contacts_metadata, '{written,contact_name}', to_jsonb(cast(:name as text)))
    where id = :restaurant and organisation_id = :organisation and additional_contacts_metadata ? 'written'
    """
)
_PRESENT = ", ".join(f"case when restaurants.{name} <> '' then '{name}' end" for name in ImageName)
_COLUMNS = [
    *(getattr(Restaurant, name) for name in RestaurantData.model_fields if hasattr(Restaurant, name)),
    literal_column(f"array_remove(array[{_PRESENT}], null)").label("images"),
]


@dataclass(frozen=True)
class KnownRestaurant:
    """The columns that identify a stored restaurant in an import."""

    id: UUID
    name: str
    address: str | None
    external_id: str | None


async def lock_imports(transaction: Transaction) -> None:
    """Serialise the imports of an organisation until the transaction ends."""
    await transaction.execute(_ONE_AT_A_TIME, {"organisation": str(transaction.organisation_id)})


async def stored_restaurants(transaction: Transaction) -> tuple[KnownRestaurant, ...]:
    """The restaurants of the organisation, oldest first."""
    query = select(Restaurant.id, Restaurant.name, Restaurant.address, _EXTERNAL_ID)
    query = query.where(Restaurant.organisation_id == transaction.organisation_id).order_by(
        Restaurant.created_at, Restaurant.id
    )
    return tuple(
        KnownRestaurant(row.id, row.name, row.address, row.external_id) for row in await transaction.execute(query)
    )


async def taken_slugs(transaction: Transaction) -> set[str]:
    """The slugs of the organisation's restaurants; slugs of others are invisible, see `insert_restaurant`."""
    return set((await transaction.execute(_SLUGS, {"organisation": transaction.organisation_id})).scalars())


async def insert_restaurant(transaction: Transaction, values: dict[str, Any]) -> UUID | None:
    """Insert a restaurant; None if its slug exists, possibly in another organisation, and nothing was written."""
    statement = insert(Restaurant).values(values).on_conflict_do_nothing(index_elements=[Restaurant.slug])
    return (await transaction.execute(statement.returning(Restaurant.id))).scalar_one_or_none()


async def learn_external_id(transaction: Transaction, restaurant_id: UUID, external_id: str) -> None:
    """Store the id under which the organisation's own lists have the restaurant."""
    known = {"external_id": external_id}
    await transaction.execute(
        _LEARN, {"restaurant": restaurant_id, "organisation": transaction.organisation_id, "known": known}
    )


async def read_restaurant(transaction: Transaction, restaurant_id: UUID) -> RestaurantData:
    """The restaurant. Raises NotFound if it is unknown or foreign."""
    query = select(*_COLUMNS).where(
        Restaurant.id == restaurant_id, Restaurant.organisation_id == transaction.organisation_id
    )
    row = (await transaction.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"there is no restaurant {restaurant_id} in this organisation", code="RESTAURANT_NOT_FOUND")
    return RestaurantData.model_validate(row)


async def restaurants_of_jobs(
    transaction: Transaction, job_ids: Collection[UUID]
) -> dict[UUID, Reader[RestaurantData]]:
    """The restaurants of several jobs, by job; one query."""
    query = (
        select(Job.id.label("job_id"), *_COLUMNS)
        .join(Job, Job.restaurant_id == Restaurant.id)
        .where(Job.id.in_(job_ids), Job.organisation_id == transaction.organisation_id)
        .where(Restaurant.organisation_id == transaction.organisation_id)
    )
    rows = await transaction.execute(query)
    return {row.job_id: reader("restaurant", RestaurantData.model_validate, row) for row in rows}


async def save_restaurant(transaction: Transaction, restaurant_id: UUID, values: dict[str, Any]) -> None:
    """Update columns of one restaurant; without values nothing is written."""
    if values:
        await transaction.execute(
            update(Restaurant)
            .where(Restaurant.id == restaurant_id, Restaurant.organisation_id == transaction.organisation_id)
            .values(**values, updated_at=text("clock_timestamp()"))
        )


async def note_director(transaction: Transaction, restaurant_id: UUID, name: str) -> None:
    """Remember that the contact was taken from the register: another company's entry clears it."""
    parameters = {"restaurant": restaurant_id, "organisation": transaction.organisation_id, "name": name}
    await transaction.execute(_DIRECTOR, parameters)


async def last_register_entry(transaction: Transaction, restaurant_id: UUID) -> dict[str, Any]:
    """The columns that were last written from the register, by name."""
    result = await transaction.execute(
        _LAST_ENTRY, {"restaurant": restaurant_id, "organisation": transaction.organisation_id}
    )
    return result.scalar_one()
