"""Conversions of leads: what is asked, and what became of each lead; one lead in detail."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from interfaces.api.models.base import Answer, Asked, Body, Timestamp, WithReason
from interfaces.api.models.batches import ShownBatchStatus
from interfaces.api.models.leads import Lead
from registration.kit.values import Blank, Line
from registration.leads.models import MOST_LEADS, AddressSource
from registration.leads.outcome import Conversion


class ConvertAsked(Asked):
    """Leads to convert; with `create_registration_batch` their restaurants are a batch, several for more than 50."""

    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_LEADS)]
    address_source: AddressSource = AddressSource.AUTO
    create_registration_batch: StrictBool = False
    batch_name: Blank[Line] = None
    source_lead_scrape_job_id: UUID | None = Field(default=None, description="Follows from the leads; not needed.")
    auto_start_batch: StrictBool = False


class DeleteLeadsAsked(WithReason):
    """Leads that nobody wants to convert: all of them are deleted, or none."""

    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_LEADS)]


class LeadsDeleted(Answer):
    """The leads that are deleted now; `already` are those that were deleted before."""

    deleted_count: int
    deleted: list[UUID]
    already: list[UUID]


class ConvertedLead(Body):
    """A lead that is a restaurant now; `remarks` are about values that a person should check."""

    lead_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    remarks: list[str] = []


class FailedLead(Body):
    """A lead that could not be converted."""

    lead_id: UUID
    error: str


class ConversionSummary(Body):
    """How many leads ended how."""

    total: int
    converted: int
    already_converted: int
    failed: int


class NewRestaurantOfLead(Body):
    """A restaurant that a lead became."""

    id: UUID
    name: str


class BatchOfConversion(Body):
    """A batch of the converted restaurants."""

    id: UUID
    name: str
    status: ShownBatchStatus
    total_restaurants: int
    worked_on: bool


class LeadsConverted(Answer):
    """What became of each lead. `registration_batch` is the first of `registration_batches`."""

    converted: list[ConvertedLead]
    already: list[ConvertedLead]
    failed: list[FailedLead]
    summary: ConversionSummary
    converted_count: int
    restaurants: list[NewRestaurantOfLead]
    registration_batch: BatchOfConversion | None
    registration_batches: list[BatchOfConversion]

    @classmethod
    def of(cls, conversion: Conversion, batches: list[BatchOfConversion]) -> "LeadsConverted":
        """The outcome of a conversion."""
        converted = [
            ConvertedLead(
                lead_id=one.lead_id,
                restaurant_id=one.restaurant_id,
                restaurant_name=one.name,
                remarks=list(one.remarks),
            )
            for one in conversion.converted
            if one.restaurant_id is not None
        ]
        already = [
            ConvertedLead(lead_id=one.lead_id, restaurant_id=one.restaurant_id, restaurant_name=one.name)
            for one in conversion.already
        ]
        failed = [FailedLead(lead_id=one.lead_id, error=one.reason) for one in conversion.failed]
        return cls(
            converted=converted,
            already=already,
            failed=failed,
            summary=ConversionSummary(
                total=len(converted) + len(already) + len(failed),
                converted=len(converted),
                already_converted=len(already),
                failed=len(failed),
            ),
            converted_count=len(converted),
            restaurants=[NewRestaurantOfLead(id=one.restaurant_id, name=one.restaurant_name) for one in converted],
            registration_batch=batches[0] if batches else None,
            registration_batches=batches,
        )


class LeadInDetail(Lead):
    """A lead with its qualification and its conversion."""

    current_step: int
    step_progression_status: str
    is_duplicate: bool = False
    validation_errors: list[str] = []
    converted_to_restaurant_id: UUID | None
    converted_at: Timestamp | None
    updated_at: Timestamp | None


class LeadEdited(Answer):
    """The lead as it is now; `ignored` are fields that a lead does not have here."""

    lead: LeadInDetail
    ignored: list[str]


class LeadAnswer(Answer):
    """One lead."""

    lead: LeadInDetail
