"""Queries of step 1: a restaurant and its extractions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.restaurants.extraction import MENU_JOB_TYPES, ExtractionRow, Extractions
from registration.restaurants.queries import read_restaurant

_MENU_JOBS = text(
    """
    select job_id, job_type, status, error, created_at, progress ->> 'phase' as phase, progress ->> 'menuId' as menu_id
    from extraction_jobs
    where restaurant_id = :restaurant and organisation_id = :organisation
      and job_type = any(:types)
      and (cast(:since as timestamptz) is null or created_at >= :since)
    order by created_at desc limit 20
    """
)
_ONLY_FOLLOW = text(
    "select extractions_executed_on_creation from registration_jobs where id = :job and organisation_id = :organisation"
)


async def read_extractions(transaction: Transaction, restaurant_id: UUID, since: datetime | None) -> Extractions:
    """The restaurant, and its menu extractions created since `since` (None: all)."""
    restaurant = await read_restaurant(transaction, restaurant_id)
    parameters = {
        "restaurant": restaurant_id,
        "organisation": transaction.organisation_id,
        "since": since,
        "types": list(MENU_JOB_TYPES),
    }
    rows = await transaction.execute(_MENU_JOBS, parameters)
    return Extractions(restaurant, tuple(ExtractionRow.model_validate(row) for row in rows))


async def executed_on_creation(transaction: Transaction, job_id: UUID) -> bool:
    """True if the job's extractions were started when its restaurant was created."""
    result = await transaction.execute(_ONLY_FOLLOW, {"job": job_id, "organisation": transaction.organisation_id})
    return bool(result.scalar_one())
