"""Converting leads to restaurants, with a batch of them where that is asked for; correcting and deleting leads."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, JsonValue

from interfaces.api.auth import Operator
from interfaces.api.idempotency import IdempotencyKey, KeyedRoute
from interfaces.api.models.base import reason_of
from interfaces.api.models.batches import shown_batch_status
from interfaces.api.models.lead_commands import (
    BatchOfConversion,
    ConvertAsked,
    DeleteLeadsAsked,
    LeadEdited,
    LeadsConverted,
    LeadsDeleted,
)
from interfaces.api.routes.leads import shown_lead
from interfaces.api.runs import go_on
from registration.batches.models import BatchOptions
from registration.batches.overview_queries import read_overview
from registration.leads.conversion import convert_leads
from registration.leads.deletion import delete_leads
from registration.leads.detail_queries import read_lead
from registration.leads.editing import LeadEdit, edit_lead, read_lead_edit
from registration.leads.models import BatchOfLeads, ConversionRequest

router = APIRouter(prefix="/leads", tags=["leads"], route_class=KeyedRoute)
edit_router = APIRouter(prefix="/leads", tags=["leads"])
LeadFields = Annotated[dict[Annotated[str, Field(max_length=100)], JsonValue], Field(max_length=100)]
_PARTLY: dict[int | str, dict[str, Any]] = {
    207: {"model": LeadsConverted, "description": "Some leads could not be converted."}
}


@router.post("/convert", operation_id="ConvertLeadsToRestaurants", responses=_PARTLY)
async def convert(asked: ConvertAsked, caller: Operator, key: IdempotencyKey, response: Response) -> LeadsConverted:
    """Convert leads; one that cannot be converted stops no other, and one that was converted before stays as it is."""
    options = BatchOptions(name=asked.batch_name)
    batch = BatchOfLeads(start=asked.auto_start_batch, options=options) if asked.create_registration_batch else None
    request = ConversionRequest(
        lead_ids=tuple(asked.lead_ids),
        address_source=asked.address_source,
        by=caller.name,
        batch=batch,
        run_id=key.run_id,
    )
    conversion = await convert_leads(caller.database, caller.organisation_id, request)
    batches: list[BatchOfConversion] = []
    for opened in conversion.batches:
        worked_on = asked.auto_start_batch and (await go_on(caller, opened.id)).worked_on
        async with caller.reading() as transaction:
            overview = await read_overview(transaction, opened.id)
        batches.append(
            BatchOfConversion(
                id=opened.id,
                name=opened.name,
                status=shown_batch_status(overview.status),
                total_restaurants=opened.restaurants,
                worked_on=worked_on,
            )
        )
    response.status_code = 207 if conversion.failed else 200
    return LeadsConverted.of(conversion, batches)


@edit_router.patch("/{lead_id:uuid}", operation_id="UpdateLead")
async def edit(lead_id: UUID, asked: LeadFields, caller: Operator) -> LeadEdited:
    """Correct a lead before it is converted: a field that is left out stays, null empties it.

    The original's client sends every field of its form, also those that a lead does not have here.
    """
    taken = {name: value for name, value in asked.items() if name in LeadEdit.model_fields}
    key = (caller.database, caller.organisation_id, lead_id)
    await edit_lead(*key, read_lead_edit(taken), caller.attribution())
    async with caller.reading() as transaction:
        shown = shown_lead(await read_lead(transaction, lead_id))
    ignored = sorted(name for name, value in asked.items() if name not in taken and value is not None)
    return LeadEdited(lead=shown, ignored=ignored)


@edit_router.delete("", operation_id="DeleteLeads")
async def delete(asked: DeleteLeadsAsked, caller: Operator) -> LeadsDeleted:
    """Delete leads before they are converted; a repeated request finds them deleted and is no error."""
    key = (caller.database, caller.organisation_id)
    found = await delete_leads(*key, asked.lead_ids, caller.attribution(reason_of(asked)))
    return LeadsDeleted(deleted_count=len(found.deleted), deleted=list(found.deleted), already=list(found.already))
