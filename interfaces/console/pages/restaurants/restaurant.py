"""`/restaurants/{id}`: one restaurant with its registrations, its menus, and a form that corrects it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.api.problems import problem_of
from interfaces.api.runs import go_on
from interfaces.console import inbox_rows
from interfaces.console.edit_forms import changes, sent_fields, sent_texts, stored_fields, wrong_fields
from interfaces.console.rendering import render, render_part
from interfaces.console.sessions import Operator, Viewer
from interfaces.presenting.marks import JOB_TONES, Tone
from registration.batches.detail_queries import DetailJob, read_jobs_of_restaurant
from registration.batches.overview_queries import read_overviews
from registration.errors import Refused
from registration.kit.opening_hours_text import format_opening_hours, read_opening_hours
from registration.operations.edit_restaurant import EditedRestaurant, edit_restaurant, read_edit
from registration.restaurants.detail_queries import ShownRestaurant, shown_restaurant

router = APIRouter(prefix="/restaurants/{restaurant_id}", include_in_schema=False)

_DIALOGS: Final = "restaurants/dialogs.html"
FIELDS: Final[Mapping[str, str]] = {
    "name": "Name",
    "city": "City",
    "address": "Address",
    "phone": "Phone",
    "email": "E-mail",
    "contact_name": "Contact",
    "contact_email": "E-mail of the contact",
    "contact_phone": "Phone of the contact",
    "website_url": "Website",
    "ubereats_url": "Uber Eats",
    "doordash_url": "DoorDash",
    "cuisine": "Cuisine, separated by semicolons",
    "opening_hours": "Opening hours, as Mon-Sun 11:00-21:00",
    "external_id": "Id in your own lists",
}
"""The fields that a person corrects on the page, with their labels."""
_MORE: Final[Mapping[str, str]] = {
    "company_name": "Company",
    "company_number": "Company number",
    "gst_number": "GST number",
    "stripe_connect_url": "Stripe",
}
"""What the page shows beside the fields that can be corrected."""


@dataclass(frozen=True)
class Registration:
    """One job of the restaurant."""

    job_id: UUID
    batch: str
    batch_id: UUID
    status: str
    tone: Tone
    error: str
    at: datetime


def values_of(restaurant: ShownRestaurant) -> dict[str, str]:
    """The fields as texts; hours that cannot be read are shown as they were scraped."""
    try:
        hours = format_opening_hours(read_opening_hours(restaurant.opening_hours))
    except ValueError:
        hours = ""
    special = {
        "cuisine": "; ".join(restaurant.cuisine or ()),
        "opening_hours": hours or " ".join((restaurant.opening_hours_text or "").split()),
    }
    return {name: special.get(name, str(getattr(restaurant, name, "") or "")) for name in (*FIELDS, *_MORE)}


def registration_of(job: DetailJob, batches: Mapping[UUID, str]) -> Registration:
    """A job as a line of its restaurant."""
    return Registration(
        job_id=job.id,
        batch=batches.get(job.batch_id, ""),
        batch_id=job.batch_id,
        status=job.status.replace("_", " "),
        tone=JOB_TONES[job.status],
        error=job.error_message or "",
        at=job.completed_at or job.created_at,
    )


@router.get("")
async def page(request: Request, restaurant_id: UUID, visitor: Viewer) -> Response:
    """The restaurant as it is stored."""
    async with visitor.reading() as transaction:
        restaurant = await shown_restaurant(transaction, restaurant_id)
        jobs = await read_jobs_of_restaurant(transaction, restaurant_id)
        overviews = await read_overviews(transaction, list({job.batch_id for job in jobs}))
        inbox = await inbox_rows.read(transaction)
    names = {one.id: one.name for one in overviews}
    values, labels = values_of(restaurant), {**FIELDS, **_MORE}
    return render(
        request,
        "restaurants/restaurant.html",
        restaurant=restaurant,
        facts=[(labels[name].partition(",")[0], value) for name, value in values.items() if value and name != "name"],
        registrations=[registration_of(job, names) for job in jobs],
        free=all(job.status.ended for job in jobs),
        inbox_count=len(inbox),
    )


@router.get("/edit")
async def edit_form(request: Request, restaurant_id: UUID, visitor: Operator) -> Response:
    """The fields that a person corrects."""
    async with visitor.reading() as transaction:
        restaurant = await shown_restaurant(transaction, restaurant_id)
    fields = stored_fields(FIELDS, values_of(restaurant))
    return render_part(request, _DIALOGS, "edit", restaurant_id, restaurant.name, fields, visitor)


@router.post("/edit")
async def edit(request: Request, restaurant_id: UUID, visitor: Operator) -> Response:
    """Write the changed fields; an open question that depends on them is asked anew."""
    sent = sent_texts((await request.form()).multi_items())
    async with visitor.reading() as transaction:
        name = (await shown_restaurant(transaction, restaurant_id)).name
    wanted = changes(FIELDS, sent)
    if not wanted:
        return render_part(request, _DIALOGS, "edited", restaurant_id, name, "Nothing was to be changed.")
    key = (visitor.database, visitor.organisation_id, restaurant_id)
    try:
        edited = await edit_restaurant(*key, read_edit(wanted), visitor.attribution())
    except Refused as refused:
        reasons = wrong_fields(refused)
        fields = sent_fields(FIELDS, sent, reasons)
        said, status = "" if reasons else refused.message, problem_of(refused).status
        return render_part(request, _DIALOGS, "edit", restaurant_id, name, fields, visitor, said, status=status)
    if edited.asked_anew is not None and edited.batch_id is not None:
        await go_on(visitor, edited.batch_id)
    return render_part(request, _DIALOGS, "edited", restaurant_id, wanted.get("name", name), words_of(edited))


def words_of(edited: EditedRestaurant) -> str:
    """What an edit did, in a sentence."""
    said = f"Changed: {', '.join(edited.changes)}." if edited.changes else "Nothing was to be changed."
    anew = " The open question is asked anew." if edited.asked_anew is not None else ""
    later = " The registration that runs uses the confirmed values." if edited.confirmed else ""
    return f"{said}{anew}{later}"
