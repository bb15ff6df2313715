"""Leads that are pending: qualified by the platform, not converted yet."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from interfaces.api.answers import TaggedRoute, paginate
from interfaces.api.auth import Viewer
from interfaces.api.models.lead_commands import LeadAnswer, LeadInDetail
from interfaces.api.models.leads import Lead, LeadFilters, LeadList
from interfaces.api.routes.parameters import MOST_ROWS, CommaList, Offset, Search, stripped, words
from registration.leads.detail_queries import QualifiedLead, read_lead
from registration.leads.pending_queries import LeadFilter, lead_choices, pending_leads

router = APIRouter(prefix="/leads", tags=["leads"], route_class=TaggedRoute)


@router.get("/pending", operation_id="PendingLeads")
async def pending(
    request: Request,
    caller: Viewer,
    *,
    search: Search = None,
    platform: CommaList = None,
    city: CommaList = None,
    cuisine: CommaList = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 50,
    offset: Offset = 0,
) -> LeadList:
    """The pending leads, newest first."""
    only = LeadFilter(search=stripped(search), platforms=words(platform), cities=words(city), cuisines=words(cuisine))
    async with caller.reading() as transaction:
        found, total = await pending_leads(transaction, only, limit=limit, offset=offset)
    pagination = paginate(request, total, limit, offset)
    return LeadList(leads=list(map(Lead.of, found)), total_count=total, pagination=pagination)


@router.get("/pending/filter-options", operation_id="PendingLeadsFilterOptions")
async def filter_options(caller: Viewer) -> LeadFilters:
    """Every platform, city and cuisine that a pending lead has."""
    async with caller.reading() as transaction:
        return LeadFilters.of(await lead_choices(transaction))


@router.get("/{lead_id:uuid}", operation_id="Lead")
async def lead(lead_id: UUID, caller: Viewer) -> LeadAnswer:
    """A lead with its qualification and its conversion."""
    async with caller.reading() as transaction:
        found = await read_lead(transaction, lead_id)
    return LeadAnswer(lead=shown_lead(found))


def shown_lead(found: QualifiedLead) -> LeadInDetail:
    """The lead as the API shows it."""
    return LeadInDetail(
        **dict(Lead.of(found.lead)),
        current_step=found.current_step,
        step_progression_status=found.step_progression_status,
        converted_to_restaurant_id=found.lead.data.converted_to_restaurant_id,
        converted_at=found.lead.data.converted_at,
        updated_at=found.updated_at,
    )
