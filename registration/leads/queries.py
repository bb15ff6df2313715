"""Queries about leads: find qualified leads, read them, and store their conversion."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, literal_column, select, text, update

from registration.database.session import Transaction
from registration.database.tables.leads import Lead, LeadScrapeJob
from registration.database.tables.people import LeadConversion
from registration.errors import NotFound
from registration.leads.models import LeadData

QUALIFIED_STEP, QUALIFIED_STATUS = 4, "passed"
"""The platform's values for a qualified lead: the last step of its qualification, passed."""

_SCRAPE_JOB = text("select exists (select from lead_scrape_jobs where id = :job and organisation_id = :organisation)")
_QUALIFIED = (
    Lead.current_step >= QUALIFIED_STEP,
    Lead.step_progression_status == QUALIFIED_STATUS,
    Lead.converted_to_restaurant_id.is_(None),
)
HEADER_IMAGE = """case when octet_length(leads.ubereats_og_image) <= 2000 then leads.ubereats_og_image
    when leads.ubereats_og_image <> '' then left(leads.ubereats_og_image, 40) || '… (more than 2000 characters)' end"""
"""SQL for a link; a data URI of hundreds of kB is cut to a text that no restaurant takes as a link."""

# If the platform converted the lead, `leads.converted_by` has a platform user's id; older versions wrote a name there.
_CONVERTED_BY = func.coalesce(LeadConversion.converted_by, cast(Lead.converted_by, Text)).label("converted_by")
_DERIVED = ("ubereats_og_image", "converted_by")
_COLUMNS = [getattr(Lead, name) for name in LeadData.model_fields if hasattr(Lead, name) and name not in _DERIVED]
_OUR_CONVERSION = and_(
    LeadConversion.organisation_id == Lead.organisation_id,
    LeadConversion.lead_id == Lead.id,
    LeadConversion.restaurant_id == Lead.converted_to_restaurant_id,
)
# Lock in a fixed order so that concurrent conversions of the same leads cannot deadlock.
_LOCK = text("select from leads where organisation_id = :organisation and id = any(:leads) order by id for update")
_DELETE = text("delete from leads where organisation_id = :organisation and id = any(:leads)")
_DELETED_BEFORE = text(
    """
    select distinct cast(data ->> 'lead_id' as uuid) as lead from registration_events
    where organisation_id = :organisation and what = :event and data ->> 'lead_id' = any(cast(:leads as text[]))
    """
)
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


async def qualified_leads(transaction: Transaction, scrape_job_id: UUID | None, most: int) -> tuple[UUID, ...]:
    """The qualified leads that are not converted yet, oldest first: of one scrape job, or of all.

    Raises NotFound for an unknown or foreign scrape job.
    """
    query = select(Lead.id).where(Lead.organisation_id == transaction.organisation_id, *_QUALIFIED)
    if scrape_job_id is not None:
        await _check_scrape_job(transaction, scrape_job_id)
        query = query.where(Lead.lead_scrape_job_id == scrape_job_id)
    rows = await transaction.execute(query.order_by(Lead.created_at, Lead.id).limit(most))
    return tuple(rows.scalars())


async def still_qualified(transaction: Transaction, lead_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The leads that are still qualified and not converted, in their order; called when the leads are locked."""
    query = select(Lead.id).where(
        Lead.organisation_id == transaction.organisation_id, Lead.id.in_(lead_ids), *_QUALIFIED
    )
    qualified = set((await transaction.execute(query)).scalars())
    return tuple(lead_id for lead_id in lead_ids if lead_id in qualified)


async def lock_leads(transaction: Transaction, lead_ids: Sequence[UUID]) -> dict[UUID, LeadData]:
    """The leads by id, locked until the transaction ends. Unknown and foreign leads are left out."""
    await transaction.execute(_LOCK, {"organisation": transaction.organisation_id, "leads": list(lead_ids)})
    query = (
        select(
            *_COLUMNS, _CONVERTED_BY, literal_column(HEADER_IMAGE).label("ubereats_og_image"), LeadScrapeJob.platform
        )
        .join(LeadScrapeJob, LeadScrapeJob.id == Lead.lead_scrape_job_id)
        .outerjoin(LeadConversion, _OUR_CONVERSION)
        .where(Lead.organisation_id == transaction.organisation_id, Lead.id.in_(lead_ids))
    )
    return {row.id: LeadData.model_validate(row) for row in await transaction.execute(query)}


async def scrape_jobs_of(transaction: Transaction, lead_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The scrape jobs of the leads, without repetitions."""
    query = select(Lead.lead_scrape_job_id).where(
        Lead.organisation_id == transaction.organisation_id, Lead.id.in_(lead_ids)
    )
    return tuple((await transaction.execute(query.distinct())).scalars())


async def mark_converted(transaction: Transaction, lead_id: UUID, restaurant_id: UUID, by: str) -> bool:
    """Store the restaurant of a lead; False if the lead was converted before, and nothing was written."""
    values = {"organisation": transaction.organisation_id, "lead": lead_id, "restaurant": restaurant_id, "by": by}
    return (await transaction.execute(_CONVERTED, values)).rowcount == 1


async def save_lead(transaction: Transaction, lead_id: UUID, values: dict[str, Any]) -> None:
    """Update columns of one lead."""
    own = (Lead.id == lead_id, Lead.organisation_id == transaction.organisation_id)
    await transaction.execute(update(Lead).where(*own).values(**values, updated_at=func.clock_timestamp()))


async def delete_locked(transaction: Transaction, lead_ids: Sequence[UUID]) -> None:
    """Delete leads that this transaction has locked."""
    await transaction.execute(_DELETE, {"organisation": transaction.organisation_id, "leads": list(lead_ids)})


async def deleted_before(transaction: Transaction, event: str, lead_ids: Sequence[UUID]) -> set[UUID]:
    """The leads whose deletion was recorded by this event."""
    values = {"organisation": transaction.organisation_id, "event": event, "leads": list(map(str, lead_ids))}
    return set((await transaction.execute(_DELETED_BEFORE, values)).scalars())


async def _check_scrape_job(transaction: Transaction, scrape_job_id: UUID) -> None:
    exists = await transaction.execute(_SCRAPE_JOB, {"organisation": transaction.organisation_id, "job": scrape_job_id})
    if not exists.scalar_one():
        raise NotFound(f"there is no scrape job {scrape_job_id} in this organisation; check the id")
