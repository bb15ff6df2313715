"""One lead with its qualification and its conversion."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound
from registration.leads.models import LeadData
from registration.leads.pending_queries import LEAD_COLUMNS, PendingLead

_READ = text(
    f"""
    select {LEAD_COLUMNS}, s.platform, coalesce(leads.created_at, to_timestamp(0)) as created_at, leads.updated_at,
        leads.current_step, leads.step_progression_status
    from leads join lead_scrape_jobs s on s.id = leads.lead_scrape_job_id
    where leads.id = :lead and leads.organisation_id = :organisation
    """
)


@dataclass(frozen=True)
class QualifiedLead:
    """A lead and how far its qualification is."""

    lead: PendingLead
    current_step: int
    step_progression_status: str
    updated_at: datetime | None


async def read_lead(transaction: Transaction, lead_id: UUID) -> QualifiedLead:
    """The lead, converted or not. Raises NotFound for an unknown lead and for one of another organisation."""
    found = await transaction.execute(_READ, {"lead": lead_id, "organisation": transaction.organisation_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"there is no lead {lead_id} in this organisation", code="LEAD_NOT_FOUND")
    lead = PendingLead(LeadData.model_validate(row), row.created_at)
    return QualifiedLead(lead, row.current_step, row.step_progression_status, row.updated_at)
