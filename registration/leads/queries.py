"""Queries about leads: which are qualified, reading them, and noting what became of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.tables.leads import Lead, LeadScrapeJob
from registration.database.tables.people import LeadConversion
from registration.errors import NotFound
from registration.leads.models import LeadData

QUALIFIED_STEP, QUALIFIED_STATUS = 4, "passed"
"""What the platform calls a pending lead: the last step of its qualification is over, and it passed."""

_SCRAPE_JOB = text("select exists (select from lead_scrape_jobs where id = :job and organisation_id = :organisation)")
_QUALIFIED = (
    Lead.current_step >= QUALIFIED_STEP,
    Lead.step_progression_status == QUALIFIED_STATUS,
    Lead.converted_to_restaurant_id.is_(None),
)
# A lead that the platform's people converted names a user of its own; older versions wrote a name there.
_CONVERTED_BY = func.coalesce(LeadConversion.converted_by, cast(Lead.converted_by, Text)).label("converted_by")
_COLUMNS = [getattr(Lead, name) for name in LeadData.model_fields if hasattr(Lead, name) and name != _CONVERTED_BY.name]
_OUR_CONVERSION = and_(
    LeadConversion.organisation_id == Lead.organisation_id,
    LeadConversion.lead_id == Lead.id,
    LeadConversion.restaurant_id == Lead.converted_to_restaurant_id,
)
# In one order for everybody: two conversions of the same leads must not wait for each other.
_LOCK = text("select from leads where organisation_id = :organisation and id = any(:leads) order by id for update")
_CONVERTED = text(
    """
    with converted as (
        update leads set converted_to_restaurant_id = :restaurant, converted_at = clock_timestamp(),
            updated_at = clock_timestamp()
        where id = :lead and organisation_id = :organisation and converted_to_restaurant_id is null
        returning id
    )
    insert into registration_lead_conversions (organisation_id, lead_id, restaurant_id, converted_by)
    select :organisation, id, :restaurant, :by from converted
    on conflict (organisation_id, lead_id) do update
        set restaurant_id = excluded.restaurant_id, converted_by = excluded.converted_by, updated_at = clock_timestamp()
    """
)


async def qualified_leads(
    connection: AsyncConnection, organisation_id: UUID, scrape_job_id: UUID | None, most: int
) -> tuple[UUID, ...]:
    """The qualified leads that are not converted yet, oldest first: of one scrape job, or of all.

    Raises NotFound for an unknown scrape job and for another organisation's.
    """
    query = select(Lead.id).where(Lead.organisation_id == organisation_id, *_QUALIFIED)
    if scrape_job_id is not None:
        await _check_scrape_job(connection, organisation_id, scrape_job_id)
        query = query.where(Lead.lead_scrape_job_id == scrape_job_id)
    found = await connection.execute(query.order_by(Lead.created_at, Lead.id).limit(most))
    return tuple(found.scalars())


async def still_qualified(
    connection: AsyncConnection, organisation_id: UUID, lead_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """Those of the leads that are qualified and not converted, in their order; asked once they are locked."""
    query = select(Lead.id).where(Lead.organisation_id == organisation_id, Lead.id.in_(lead_ids), *_QUALIFIED)
    found = set((await connection.execute(query)).scalars())
    return tuple(one for one in lead_ids if one in found)


async def lock_leads(
    connection: AsyncConnection, organisation_id: UUID, lead_ids: Sequence[UUID]
) -> dict[UUID, LeadData]:
    """The leads by id; until the transaction ends nobody else changes them. Unknown and foreign ones are not there."""
    await connection.execute(_LOCK, {"organisation": organisation_id, "leads": list(lead_ids)})
    query = (
        select(*_COLUMNS, _CONVERTED_BY, LeadScrapeJob.platform)
        .join(LeadScrapeJob, LeadScrapeJob.id == Lead.lead_scrape_job_id)
        .outerjoin(LeadConversion, _OUR_CONVERSION)
        .where(Lead.organisation_id == organisation_id, Lead.id.in_(lead_ids))
    )
    return {row.id: LeadData.model_validate(row) for row in await connection.execute(query)}


async def scrape_jobs_of(
    connection: AsyncConnection, organisation_id: UUID, lead_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """The scrape jobs that the leads are from, each once."""
    query = select(Lead.lead_scrape_job_id).where(Lead.organisation_id == organisation_id, Lead.id.in_(lead_ids))
    return tuple((await connection.execute(query.distinct())).scalars())


async def mark_converted(
    connection: AsyncConnection, organisation_id: UUID, lead_id: UUID, restaurant_id: UUID, by: str
) -> bool:
    """Note which restaurant a lead became; False if it became one before, and nothing was written."""
    values = {"organisation": organisation_id, "lead": lead_id, "restaurant": restaurant_id, "by": by}
    return (await connection.execute(_CONVERTED, values)).rowcount == 1


async def _check_scrape_job(connection: AsyncConnection, organisation_id: UUID, scrape_job_id: UUID) -> None:
    found = await connection.execute(_SCRAPE_JOB, {"organisation": organisation_id, "job": scrape_job_id})
    if not found.scalar_one():
        raise NotFound(f"there is no scrape job {scrape_job_id} in this organisation; check the id")
