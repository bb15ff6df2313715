"""Pending leads as the API shows them, in the shape that the original's client reads."""

import math
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from pydantic import JsonValue

from interfaces.api.models.base import Answer, Body, Page, Timestamp
from registration.leads.hours.reading import read_scraped_hours
from registration.leads.pending_queries import LeadChoices, PendingLead


class LeadHours(Body):
    """One sitting of one day."""

    day: str
    open: str
    close: str
    period: str | None = None


class Lead(Body):
    """A lead that can be converted. Ratings are numbers, counts of reviews the texts that were scraped."""

    id: UUID
    lead_scrape_job_id: UUID
    restaurant_name: str
    platform: str
    store_link: str | None
    city: str | None
    region: str | None
    country: str | None
    ubereats_cuisine: list[str] | None
    ubereats_average_review_rating: float | None
    ubereats_number_of_reviews: str | None
    ubereats_price_rating: int | None = None
    ubereats_address: str | None
    google_average_review_rating: float | None
    google_number_of_reviews: str | None
    google_address: str | None
    google_maps_url: str | None
    email: str | None
    phone: str | None
    website_url: str | None
    website_type: str | None
    instagram_url: str | None
    facebook_url: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    contact_role: str | None
    ordering_platform_name: str | None
    ordering_platform_url: str | None
    opening_hours: list[LeadHours] | None
    opening_hours_text: str | None
    created_at: Timestamp

    @classmethod
    def of(cls, lead: PendingLead) -> "Lead":
        """The lead as it was scraped, as far as it can be read."""
        data = lead.data
        values: dict[str, Any] = {name: value for name, value in vars(data).items() if name in cls.model_fields}
        cuisine = None if data.ubereats_cuisine is None else [one for one in data.ubereats_cuisine if one]
        values |= {
            "ubereats_cuisine": cuisine,
            "ubereats_average_review_rating": _number(data.ubereats_average_review_rating),
            "google_average_review_rating": _number(data.google_average_review_rating),
            "opening_hours": _hours(data.opening_hours),
            "created_at": lead.created_at,
        }
        return cls(**values)


def _number(value: Decimal | None) -> float | None:
    """What is not a number is none."""
    return float(value) if value is not None and math.isfinite(value) else None


def _hours(stored: JsonValue) -> list[LeadHours] | None:
    try:
        read = read_scraped_hours(cast("JsonValue", stored)) if stored else None
    except ValueError:
        return None
    return [LeadHours(day=one.day, open=one.hours.open, close=one.hours.close) for one in read.hours] if read else None


class LeadList(Page):
    """One page of the pending leads."""

    leads: list[Lead]


class LeadFilters(Answer):
    """What pending leads can be filtered by."""

    platforms: list[str]
    cities: list[str]
    cuisines: list[str]

    @classmethod
    def of(cls, choices: LeadChoices) -> "LeadFilters":
        """Every platform, city and cuisine that a pending lead has."""
        return cls(platforms=list(choices.platforms), cities=list(choices.cities), cuisines=list(choices.cuisines))
