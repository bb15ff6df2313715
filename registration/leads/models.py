"""A lead, and a request to convert leads."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from registration.batches.models import BatchOptions
from registration.kit.values import Line, Value

Rating = Annotated[Decimal, Field(allow_inf_nan=True)]
"""A Postgres numeric, which may be NaN."""
MOST_LEADS = 1000


class AddressSource(StrEnum):
    """Which of a lead's two addresses the restaurant gets; AUTO is Uber Eats', else Google's."""

    AUTO = "auto"
    UBEREATS = "ubereats"
    GOOGLE = "google"


class LeadData(BaseModel):
    """The fields of a stored lead that a conversion reads, as scraped and not validated.

    `platform` is the platform of its scrape job; an `ubereats_og_image` that is no link lacks its bytes. Built from a
    row with `model_validate(row)`.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: UUID
    lead_scrape_job_id: UUID
    platform: str
    restaurant_name: str
    store_link: str | None = None
    ubereats_number_of_reviews: str | None = None
    ubereats_average_review_rating: Rating | None = None
    ubereats_address: str | None = None
    ubereats_cuisine: tuple[str | None, ...] | None = None
    google_number_of_reviews: str | None = None
    google_average_review_rating: Rating | None = None
    google_address: str | None = None
    google_maps_url: str | None = None
    phone: str | None = None
    email: str | None = None
    website_url: str | None = None
    instagram_url: str | None = None
    facebook_url: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    contact_role: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    opening_hours: JsonValue = None
    opening_hours_text: str | None = None
    website_type: str | None = None
    ordering_platform_url: str | None = None
    ordering_platform_name: str | None = None
    ubereats_og_image: str | None = None
    converted_to_restaurant_id: UUID | None = None
    converted_at: datetime | None = None
    converted_by: str | None = None


class BatchOfLeads(Value):
    """The batches for the converted restaurants, 50 in each; `most` limits the batches that one requester opens in a
    night.

    With `start` the batches are started immediately. `extractions_executed_on_creation`: the extractions of menus and
    branding already run, so step 1 only waits for them.
    """

    start: bool = False
    extractions_executed_on_creation: bool = False
    most: int | None = Field(default=None, ge=1)
    options: BatchOptions = BatchOptions()


class ConversionRequest(Value):
    """The leads to convert: the named ones, else the qualified ones, of one scrape job or of all.

    Without `batch` the leads are only converted. `run_id` is the requesting flow run, which opens its batches only
    once, even if it is retried.
    """

    lead_ids: tuple[UUID, ...] | None = None
    scrape_job_id: UUID | None = None
    address_source: AddressSource = AddressSource.AUTO
    by: Line
    batch: BatchOfLeads | None = None
    run_id: UUID | None = None
