"""What the pages of leads show: a line per lead, what a conversion would do, and the form of a correction. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from interfaces.console.edit_forms import EditField, stored_fields
from registration.leads.models import AddressSource, LeadData
from registration.leads.outcome import Conversion
from registration.leads.pending_queries import PendingLead

SOURCES: Final[Mapping[AddressSource, str]] = {
    AddressSource.AUTO: "Uber Eats, else Google",
    AddressSource.UBEREATS: "Uber Eats",
    AddressSource.GOOGLE: "Google",
}
THEN: Final[Mapping[str, str]] = {
    "only": "only convert",
    "open": "and make a batch of them",
    "start": "and start a batch of them",
}
"""What follows a conversion: as it is sent, and in words."""
FIELDS: Final[Mapping[str, str]] = {
    "restaurant_name": "Name",
    "city": "City",
    "ubereats_address": "Address (Uber Eats)",
    "google_address": "Address (Google)",
    "phone": "Phone",
    "email": "E-mail",
    "contact_name": "Contact",
    "contact_email": "E-mail of the contact",
    "contact_phone": "Phone of the contact",
    "website_url": "Website",
    "store_link": "Menu link",
    "opening_hours_text": "Opening hours as text",
}
"""The fields that a person corrects on the page, with their labels."""
LONG: Final = ("opening_hours_text",)
"""The fields of several lines."""


@dataclass(frozen=True)
class LeadLine:
    """One lead in the list."""

    id: UUID
    name: str
    city: str
    platform: str
    cuisine: str
    rating: str
    lacks: str
    created_at: datetime


def line_of(lead: PendingLead) -> LeadLine:
    """The line of one lead."""
    data = lead.data
    rating, reviews = data.google_average_review_rating, data.google_number_of_reviews
    if rating is None:
        rating, reviews = data.ubereats_average_review_rating, data.ubereats_number_of_reviews
    known = rating is not None and rating.is_finite()
    return LeadLine(
        id=data.id,
        name=data.restaurant_name.strip() or "(no name)",
        city=data.city or "",
        platform=data.platform,
        cuisine=", ".join(one for one in data.ubereats_cuisine or () if one),
        rating=f"{rating:.1f} ({reviews or '–'})" if known else "",
        lacks=", ".join(lead.lacks),
        created_at=lead.created_at,
    )


@dataclass(frozen=True)
class Typed:
    """The options of a conversion as a person typed them."""

    address_source: AddressSource = AddressSource.AUTO
    then: str = "open"
    name: str = ""


@dataclass(frozen=True)
class ConversionView:
    """What a conversion would do, or did: a line per lead with remarks or reason."""

    converted: tuple[tuple[str, str], ...]
    already: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    line: str

    @property
    def remarked(self) -> int:
        """How many have remarks that a person should read."""
        return sum(bool(remarks) for _, remarks in self.converted)


def conversion_view(conversion: Conversion) -> ConversionView:
    """A conversion in words."""
    return ConversionView(
        converted=tuple((one.name, "; ".join(one.remarks)) for one in conversion.converted),
        already=tuple(one.name for one in conversion.already),
        failed=tuple((one.name or str(one.lead_id)[:8], one.reason) for one in conversion.failed),
        line=conversion.line,
    )


def edit_fields(data: LeadData) -> list[EditField]:
    """The form of a lead as it is stored."""
    return stored_fields(FIELDS, {name: str(getattr(data, name) or "") for name in FIELDS}, LONG)
