"""The platform's own tables, only the columns that are used here.

The platform writes the logo and colours of a restaurant; we write the rest of `restaurants`. An installation beside an
existing platform database has them already.
"""

import json

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registration.store.base import Base, Id, Json, Now, Row

_ON = {"enabled": True, "ratePerItem": 0.0}
_OFF = {"enabled": False, "ratePerItem": 0.0}
FEATURES_AT_FIRST = {
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
"""What the platform switches on for a new organisation, as far as extraction and registration ask for it."""


class Organisation(Base):
    """The tenant."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str]
    feature_flags: Mapped[Json | None] = mapped_column(server_default=text(f"'{json.dumps(FEATURES_AT_FIRST)}'::jsonb"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class User(Row):
    """A person of an organisation."""

    __tablename__ = "users"

    email: Mapped[str]
    name: Mapped[str | None]


class Restaurant(Row):
    """The thing to register."""

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
