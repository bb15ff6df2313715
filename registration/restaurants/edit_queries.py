"""Queries about a restaurant that a person edits."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound

_LOCK = text("select id from restaurants where id = :restaurant and organisation_id = :organisation for no key update")
_ACTIVE = text(
    """
    select id, batch_job_id from registration_jobs
    where restaurant_id = :restaurant and organisation_id = :organisation
      and status in ('pending', 'in_progress', 'action_required')
    """
)
_OTHER_WITH = text(
    """
    select name from restaurants
    where organisation_id = :organisation and id <> :restaurant and metadata ->> 'external_id' = :external_id limit 1
    """
)
_FORGET = text(
    """
    update restaurants set metadata = metadata - 'external_id', updated_at = clock_timestamp()
    where id = :restaurant and organisation_id = :organisation
    """
)


@dataclass(frozen=True)
class ActiveJob:
    """The job of a restaurant in a batch, while the job has not ended."""

    job_id: UUID
    batch_id: UUID


async def lock_restaurant(transaction: Transaction, restaurant_id: UUID) -> None:
    """Lock the restaurant's row until the transaction ends. Raises NotFound if it is unknown or foreign."""
    parameters = {"restaurant": restaurant_id, "organisation": transaction.organisation_id}
    if (await transaction.execute(_LOCK, parameters)).one_or_none() is None:
        raise NotFound(f"there is no restaurant {restaurant_id} in this organisation", code="RESTAURANT_NOT_FOUND")


async def active_job(transaction: Transaction, restaurant_id: UUID) -> ActiveJob | None:
    """The restaurant's active job; there is one at most."""
    parameters = {"restaurant": restaurant_id, "organisation": transaction.organisation_id}
    row = (await transaction.execute(_ACTIVE, parameters)).one_or_none()
    return ActiveJob(row.id, row.batch_job_id) if row else None


async def other_restaurant_with(transaction: Transaction, restaurant_id: UUID, external_id: str) -> str | None:
    """The name of another restaurant that has the external id."""
    parameters = {"restaurant": restaurant_id, "organisation": transaction.organisation_id}
    return (await transaction.execute(_OTHER_WITH, parameters | {"external_id": external_id})).scalar_one_or_none()


async def forget_external_id(transaction: Transaction, restaurant_id: UUID) -> None:
    """Remove the external id."""
    await transaction.execute(_FORGET, {"restaurant": restaurant_id, "organisation": transaction.organisation_id})
