"""The platform's own tables, only the columns that are used here.

The platform writes the logo and colours of a restaurant; we write the rest of `restaurants`. An installation beside an
existing platform database has them already.
"""

import json
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.database.base import Base, Id, Json, Now, Row

_ON = {"enabled": True, "ratePerItem": 0.0}
_OFF = {"enabled": False, "ratePerItem": 0.0}
DEFAULT_FEATURES = {
    "premiumExtraction": {"enabled": True, "ratePerItem": 0.25},
    "brandingExtraction": {"enabled": True, "firecrawlBranding": {"enabled": True, "ratePerItem": 0.2}},
    "registration": {
        "enabled": True,
        "userAccountRegistration": _ON,
        "codeInjection": _ON,
        "onboardingUserManagement": _ON,
        "restaurantRegistration": _ON,
        "websiteSettings": _ON,
        "servicesConfiguration": _ON,
        "stripePayments": _ON,
        "menuUploading": _ON,
        "onboardingSync": _OFF,
        "optionSetUploading": _ON,
        "itemTagUploading": _ON,
        "finalisingSetup": _ON,
    },
}
"""The feature flags of a new organisation on the platform, as far as extraction and registration read them."""


class Organisation(Base):
    """The tenant."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str]
    feature_flags: Mapped[Json | None] = mapped_column(server_default=text(f"'{json.dumps(DEFAULT_FEATURES)}'::jsonb"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class User(Row):
    """A person of an organisation."""

    __tablename__ = "users"

    email: Mapped[str]
    name: Mapped[str | None]


class Restaurant(Row):
    """A restaurant to register."""

    __tablename__ = "restaurants"
    __table_args__ = (
        CheckConstraint("theme in ('light', 'dark')", name="theme"),
        Index("ix_restaurants_external_id", "organisation_id", text("(metadata ->> 'external_id')")),
        Index("ix_restaurants_name", "organisation_id", "name"),
    )

    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str | None] = mapped_column(unique=True)
    subdomain: Mapped[str | None] = mapped_column(unique=True)
    address: Mapped[str | None]
    city: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    user_email: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    contact_role: Mapped[str | None]
    company_name: Mapped[str | None]
    company_number: Mapped[str | None]
    nzbn: Mapped[str | None]
    gst_number: Mapped[str | None]
    full_legal_name: Mapped[str | None]
    organisation_name: Mapped[str | None]
    additional_contacts_metadata: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    website_url: Mapped[str | None]
    ubereats_url: Mapped[str | None]
    doordash_url: Mapped[str | None]
    instagram_url: Mapped[str | None]
    facebook_url: Mapped[str | None]
    opening_hours: Mapped[list[Json] | None] = mapped_column(JSONB)
    opening_hours_text: Mapped[str | None]
    cuisine: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    theme: Mapped[str | None]
    primary_color: Mapped[str | None]
    secondary_color: Mapped[str | None]
    logo_url: Mapped[str | None]
    website_og_image: Mapped[str | None]
    ubereats_og_image: Mapped[str | None]
    doordash_og_image: Mapped[str | None]
    facebook_cover_image: Mapped[str | None]
    hosted_logo_url: Mapped[str | None]
    stripe_connect_url: Mapped[str | None]
    demo_store_built: Mapped[bool] = mapped_column(server_default=text("false"))
    demo_store_url: Mapped[str | None]
    onboarding_status: Mapped[str | None] = mapped_column(server_default="lead")
    lead_type: Mapped[str | None]
    lead_category: Mapped[str | None]
    lead_warmth: Mapped[str | None]
    lead_stage: Mapped[str | None]
    lead_status: Mapped[str | None]
    icp_rating: Mapped[int | None]
    website_type: Mapped[str | None]
    online_ordering_platform: Mapped[str | None]
    metadata_: Mapped[Json] = mapped_column("metadata", server_default=text("'{}'::jsonb"))
    meandyou_url: Mapped[str | None]
    mobi2go_url: Mapped[str | None]
    delivereasy_url: Mapped[str | None]
    nextorder_url: Mapped[str | None]
    foodhub_url: Mapped[str | None]
    ordermeal_url: Mapped[str | None]
    additional_ordering_platform_url: Mapped[str | None]


class Menu(Base):
    """One version of a restaurant's menu."""

    __tablename__ = "menus"
    __table_args__ = (Index("ix_menus_restaurant_id", "restaurant_id"),)

    id: Mapped[Id]
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Now]


class MenuItem(Base):
    """One dish."""

    __tablename__ = "menu_items"
    __table_args__ = (Index("ix_menu_items_menu_id", "menu_id"),)

    id: Mapped[Id]
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"))
    name: Mapped[str]
    description: Mapped[str | None] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class ExtractionJob(Row):
    """One extraction by the platform, running or ended."""

    __tablename__ = "extraction_jobs"
    __table_args__ = (Index("ix_extraction_jobs_restaurant_id", "restaurant_id"),)

    job_id: Mapped[str] = mapped_column(unique=True)
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey("restaurants.id", ondelete="CASCADE"))
    url: Mapped[str]
    job_type: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    progress: Mapped[Json | None]
    error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class PumpdAccount(Row):
    """An account on the platform."""

    __tablename__ = "pumpd_accounts"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    restaurant_id: Mapped[UUID]
    email: Mapped[str]
    registration_status: Mapped[str] = mapped_column(server_default="pending")
    registration_date: Mapped[datetime | None]
    restaurant_count: Mapped[int] = mapped_column(server_default=text("0"))
    pumpd_user_id: Mapped[str | None]
    last_error: Mapped[str | None]


class PumpdRestaurant(Row):
    """A restaurant on the platform, or one in preparation."""

    __tablename__ = "pumpd_restaurants"
    __table_args__ = (UniqueConstraint("organisation_id", "restaurant_id"),)

    restaurant_id: Mapped[UUID]
    pumpd_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("pumpd_accounts.id", ondelete="SET NULL"))
    pumpd_restaurant_id: Mapped[str | None]
    pumpd_subdomain: Mapped[str | None] = mapped_column(unique=True)
    registration_status: Mapped[str] = mapped_column(server_default="pending")
    registration_type: Mapped[str | None]
    dashboard_url: Mapped[str | None]
    head_injection: Mapped[str | None]
    body_injection: Mapped[str | None]
    code_injection_config: Mapped[Json | None]
    code_injection_generated_at: Mapped[datetime | None]
