"""What a person does with leads: convert after a dry run, correct, delete; the functions are those of the API."""

from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from interfaces.api.problems import problem_of
from interfaces.api.runs import go_on
from interfaces.console.edit_forms import changes, sent_fields, sent_texts, wrong_fields
from interfaces.console.new_batches import MOST_NAMED, ChosenIds, FormKey, MadeBatch, run_of
from interfaces.console.pages.leads.view import (
    FIELDS,
    LONG,
    SOURCES,
    THEN,
    Typed,
    conversion_view,
    edit_fields,
)
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Operator, Visitor
from registration.batches.opening import batch_options
from registration.errors import Refused
from registration.kit.values import Blank, Line
from registration.leads.conversion import convert_leads
from registration.leads.deletion import delete_leads
from registration.leads.detail_queries import read_lead
from registration.leads.editing import edit_lead, read_lead_edit
from registration.leads.models import AddressSource, BatchOfLeads, ConversionRequest

router = APIRouter(prefix="/leads", include_in_schema=False)

_TEMPLATE: Final = "leads/dialogs.html"
AskedLeads = Annotated[list[UUID], Query(alias="leads", min_length=1, max_length=MOST_NAMED)]
SentLeads = Annotated[ChosenIds, Form(alias="leads")]
Then = Annotated[str, StringConstraints(pattern=f"^({'|'.join(THEN)})$")]
Why = Annotated[Annotated[Blank[Line], StringConstraints(max_length=500)], Form()]


@router.get("/convert")
async def convert_preview(
    request: Request,
    visitor: Operator,
    leads: AskedLeads,
    address_source: AddressSource = AddressSource.AUTO,
    then: Annotated[Then, Query()] = "open",
    name: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """What a conversion would do with each lead, with the remarks that a person should read; nothing is written."""
    return await _would_convert(request, visitor, leads, Typed(address_source, then, name))


@router.post("/convert/dialog")
async def convert_preview_of_many(
    request: Request,
    visitor: Operator,
    leads: SentLeads,
    address_source: Annotated[AddressSource, Form()] = AddressSource.AUTO,
    then: Annotated[Then, Form()] = "open",
    name: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """The dialog of more leads than an address can name, or with other options; it changes nothing."""
    return await _would_convert(request, visitor, leads, Typed(address_source, then, name))


async def _would_convert(request: Request, visitor: Visitor, leads: list[UUID], typed: Typed) -> Response:
    asked = ConversionRequest(lead_ids=tuple(leads), address_source=typed.address_source, by=visitor.name)
    conversion = await convert_leads(visitor.database, visitor.organisation_id, asked, dry_run=True)
    shown = {
        "leads": leads,
        "would": conversion_view(conversion),
        "typed": typed,
        "form": uuid4(),
        "sources": SOURCES,
        "then": THEN,
    }
    return render_part(request, _TEMPLATE, "convert", shown, visitor)


@router.post("/convert")
async def convert(
    request: Request,
    visitor: Operator,
    form: FormKey,
    leads: SentLeads,
    address_source: Annotated[AddressSource, Form()] = AddressSource.AUTO,
    then: Annotated[Then, Form()] = "only",
    name: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Convert the leads, and make batches of their restaurants; a lead that was converted before stays as it is."""
    batch = BatchOfLeads(start=then == "start", options=batch_options(name=name)) if then != "only" else None
    asked = ConversionRequest(
        lead_ids=tuple(leads),
        address_source=address_source,
        by=visitor.name,
        batch=batch,
        run_id=run_of(visitor, form),
    )
    conversion = await convert_leads(visitor.database, visitor.organisation_id, asked)
    made = [
        MadeBatch(one.id, one.name, one.restaurants, await _note(visitor, one.id) if then == "start" else "")
        for one in conversion.batches
    ]
    return render_part(request, _TEMPLATE, "converted", conversion_view(conversion), made)


async def _note(visitor: Visitor, batch_id: UUID) -> str:
    return (await go_on(visitor, batch_id)).note or ""


@router.get("/delete")
async def delete_preview(request: Request, visitor: Operator, leads: AskedLeads) -> Response:
    """Which leads would be deleted."""
    return await _would_delete(request, visitor, leads)


@router.post("/delete/dialog")
async def delete_preview_of_many(request: Request, visitor: Operator, leads: SentLeads) -> Response:
    """The dialog of more leads than an address can name; it changes nothing."""
    return await _would_delete(request, visitor, leads)


async def _would_delete(request: Request, visitor: Visitor, leads: list[UUID]) -> Response:
    async with visitor.reading() as transaction:
        found = [(await read_lead(transaction, one)).lead.data for one in dict.fromkeys(leads)]
    names = [(one.restaurant_name, one.city or "") for one in found]
    return render_part(request, _TEMPLATE, "delete", leads, names, visitor)


@router.post("/delete")
async def delete(request: Request, visitor: Operator, leads: SentLeads, why: Why = None) -> Response:
    """Delete the leads, all or none; one that was deleted before is no error."""
    done = await delete_leads(visitor.database, visitor.organisation_id, leads, visitor.attribution(why))
    return render_part(request, _TEMPLATE, "deleted", len(done.deleted), len(done.already))


@router.get("/{lead_id}/edit")
async def edit_form(request: Request, visitor: Operator, lead_id: UUID) -> Response:
    """The fields of a lead that a person corrects."""
    async with visitor.reading() as transaction:
        data = (await read_lead(transaction, lead_id)).lead.data
    return render_part(request, _TEMPLATE, "edit", lead_id, data.restaurant_name, edit_fields(data), visitor)


@router.post("/{lead_id}/edit")
async def edit(request: Request, visitor: Operator, lead_id: UUID) -> Response:
    """Write the changed fields; what is wrong is said beside each field, as it was typed."""
    sent = sent_texts((await request.form()).multi_items())
    async with visitor.reading() as transaction:
        name = (await read_lead(transaction, lead_id)).lead.data.restaurant_name
    wanted = changes(FIELDS, sent)
    try:
        await edit_lead(
            visitor.database, visitor.organisation_id, lead_id, read_lead_edit(wanted), visitor.attribution()
        )
    except Refused as refused:
        reasons = wrong_fields(refused)
        fields = sent_fields(FIELDS, sent, reasons, LONG)
        said = "" if reasons else refused.message
        status = problem_of(refused).status
        return render_part(request, _TEMPLATE, "edit", lead_id, name, fields, visitor, said, status=status)
    return render_part(request, _TEMPLATE, "edited", wanted.get("restaurant_name", name), len(wanted))
