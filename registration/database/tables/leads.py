"""The platform's tables of leads, only the columns that are used here."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.database.base import Json, Row


class LeadScrapeJob(Row):
    """One run of lead scraping."""

    __tablename__ = "lead_scrape_jobs"

    name: Mapped[str]
    platform: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="nz")
    city: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default="draft")


class Lead(Row):
    """A scraped prospect; converting it makes a restaurant."""

    __tablename__ = "leads"
    __table_args__ = (Index("ix_leads_lead_scrape_job_id", "lead_scrape_job_id"),)

    lead_scrape_job_id: Mapped[UUID] = mapped_column(ForeignKey("lead_scrape_jobs.id", ondelete="CASCADE"))
    current_step: Mapped[int] = mapped_column(server_default=text("1"))
    step_progression_status: Mapped[str] = mapped_column(server_default="available")
    restaurant_name: Mapped[str]
    store_link: Mapped[str | None]
    ubereats_number_of_reviews: Mapped[str | None]
    ubereats_average_review_rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    ubereats_address: Mapped[str | None]
    ubereats_cuisine: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    google_number_of_reviews: Mapped[str | None]
    google_average_review_rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    google_address: Mapped[str | None]
    google_maps_url: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    website_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    facebook_url: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    contact_role: Mapped[str | None]
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str] = mapped_column(server_default="nz")
    opening_hours: Mapped[list[Json] | None] = mapped_column(JSONB)
    opening_hours_text: Mapped[str | None]
    website_type: Mapped[str | None]
    ordering_platform_url: Mapped[str | None]
    ordering_platform_name: Mapped[str | None]
    ubereats_og_image: Mapped[str | None]
    converted_to_restaurant_id: Mapped[UUID | None]
    converted_at: Mapped[datetime | None]
    converted_by: Mapped[str | None]
