"""Correcting a lead before it is converted: values as people type them, recorded with person and fields."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue

from registration.database.session import Database
from registration.errors import Refused
from registration.kit.text import is_control
from registration.kit.values import Blank, Email, Line, Phone, Value, WebUrl, read_edit_of
from registration.leads.detail_queries import read_lead
from registration.leads.hours.reading import read_stated_hours
from registration.leads.queries import lock_leads, save_lead
from registration.workflow.transition_queries import Attribution, record


def _readable_hours(hours: JsonValue) -> JsonValue:
    read_stated_hours(hours)
    return hours


def _no_control_characters(text: str) -> str:
    if any(is_control(character) and character not in "\n\t" for character in text):
        raise ValueError("contains control characters")
    return text


_Stars = Annotated[Decimal, Field(ge=0, le=10, max_digits=3, decimal_places=1)]
_Hours = Annotated[list[JsonValue], Field(max_length=100), AfterValidator(_readable_hours)]
_Lines = Annotated[str, Field(max_length=2000), AfterValidator(_no_control_characters)]


class LeadEdit(Value):
    """Changes of a lead: a field that is not set stays, a blank one or null is emptied; a lead always has a name."""

    restaurant_name: Line = ""
    store_link: Blank[WebUrl] = None
    ubereats_number_of_reviews: Blank[Line] = None
    ubereats_average_review_rating: _Stars | None = None
    ubereats_address: Blank[Line] = None
    ubereats_cuisine: Annotated[list[Line], Field(max_length=50)] | None = None
    google_number_of_reviews: Blank[Line] = None
    google_average_review_rating: _Stars | None = None
    google_address: Blank[Line] = None
    google_maps_url: Blank[WebUrl] = None
    phone: Blank[Phone] = None
    email: Blank[Email] = None
    website_url: Blank[WebUrl] = None
    instagram_url: Blank[WebUrl] = None
    facebook_url: Blank[WebUrl] = None
    contact_name: Blank[Line] = None
    contact_email: Blank[Email] = None
    contact_phone: Blank[Phone] = None
    contact_role: Blank[Line] = None
    city: Blank[Line] = None
    region: Blank[Line] = None
    opening_hours: _Hours | None = None
    opening_hours_text: Blank[_Lines] = None
    website_type: Blank[Line] = None
    ordering_platform_url: Blank[WebUrl] = None
    ordering_platform_name: Blank[Line] = None


def read_lead_edit(fields: Mapping[str, object]) -> LeadEdit:
    """The changes as they were typed. Raises Refused with every invalid field; `details["fields"]` has the reasons."""
    return read_edit_of(LeadEdit, "the lead", fields)


async def edit_lead(
    database: Database, organisation_id: UUID, lead_id: UUID, edit: LeadEdit, attribution: Attribution
) -> None:
    """Change fields of a lead, with an event. Raises NotFound, and Refused for a lead that is a restaurant already."""
    values: dict[str, Any] = edit.model_dump(include=edit.model_fields_set)
    async with database.transaction(organisation_id) as transaction:
        await lock_leads(transaction, [lead_id])
        before = (await read_lead(transaction, lead_id)).lead.data
        if before.converted_to_restaurant_id is not None:
            raise Refused(
                f"{before.restaurant_name} is converted already",
                code="INVALID_STATUS",
                hint="correct the restaurant instead",
            )
        if values:
            await save_lead(transaction, lead_id, values)
            data = {"lead_id": str(lead_id), "fields": sorted(values)}
            await record(transaction, "lead edited", attribution, data=data)
