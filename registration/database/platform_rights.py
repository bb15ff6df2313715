"""The columns of the platform's tables that are used, and for which purpose.

`NEEDED` are the columns without which no batch can run, `EVIDENCE` the columns of the platform's own records. `SECRETS`
are columns that can hold a password or a key; they are in neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from registration.database.base import Base
from registration.database.tables.leads import Lead
from registration.database.tables.platform import ExtractionJob, Restaurant


@dataclass(frozen=True)
class UsedColumns:
    """The columns of one table that are read, inserted and updated; with `delete` its rows are deleted."""

    select: tuple[str, ...]
    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: bool = False

    def rights(self) -> dict[str, tuple[str, ...]]:
        """The used columns by right."""
        every = {"select": self.select, "insert": self.insert, "update": self.update}
        return {right: columns for right, columns in every.items() if columns}

    def commands(self) -> tuple[str, ...]:
        """The commands that a policy must allow."""
        return (*self.rights(), *(("delete",) if self.delete else ()))


def _mapped(table: type[Base], *, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.columns if column.name not in without)


_OF_THE_PLATFORM = frozenset({"id", "created_at", "updated_at"})
_COMPANY = ("company_name", "company_number", "nzbn", "gst_number", "full_legal_name")
_CONTACT = ("contact_name", "contact_email", "contact_phone")
_EDITED = (
    "name",
    "address",
    "city",
    "phone",
    "email",
    "user_email",
    "website_url",
    "ubereats_url",
    "doordash_url",
    "opening_hours",
    "opening_hours_text",
    "cuisine",
    "theme",
    "primary_color",
    "secondary_color",
    "logo_url",
    "website_og_image",
    "ubereats_og_image",
    "doordash_og_image",
    "facebook_cover_image",
)
"""The columns that a person's edit, or a confirmed configuration, writes."""

_LEAD_EDITED = (
    "restaurant_name",
    "store_link",
    "ubereats_number_of_reviews",
    "ubereats_average_review_rating",
    "ubereats_address",
    "ubereats_cuisine",
    "google_number_of_reviews",
    "google_average_review_rating",
    "google_address",
    "google_maps_url",
    "phone",
    "email",
    "website_url",
    "instagram_url",
    "facebook_url",
    "contact_name",
    "contact_email",
    "contact_phone",
    "contact_role",
    "city",
    "region",
    "opening_hours",
    "opening_hours_text",
    "website_type",
    "ordering_platform_url",
    "ordering_platform_name",
)
"""The columns of a lead that a person corrects."""

NEEDED: Final[Mapping[str, UsedColumns]] = MappingProxyType(
    {
        "organisations": UsedColumns(("id", "name", "feature_flags")),
        "restaurants": UsedColumns(
            _mapped(Restaurant),
            insert=_mapped(Restaurant, without=_OF_THE_PLATFORM),
            update=(*_EDITED, *_COMPANY, *_CONTACT, "additional_contacts_metadata", "metadata", "updated_at"),
        ),
        "lead_scrape_jobs": UsedColumns(("id", "organisation_id", "platform")),
        "leads": UsedColumns(
            _mapped(Lead),
            update=(*_LEAD_EDITED, "converted_to_restaurant_id", "converted_at", "updated_at"),
            delete=True,
        ),
        "menus": UsedColumns(("id", "restaurant_id", "version", "is_active", "created_at")),
        "menu_items": UsedColumns(("id", "menu_id", "name", "description", "price", "tags")),
        "extraction_jobs": UsedColumns(_mapped(ExtractionJob)),
        "pumpd_accounts": UsedColumns(("id", "organisation_id", "restaurant_id", "email", "registration_status")),
        "pumpd_restaurants": UsedColumns(
            ("organisation_id", "restaurant_id", "pumpd_account_id", "pumpd_restaurant_id")
        ),
    }
)
SECRETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "organisations": ("settings",),
        "restaurants": ("user_password_hint",),
        "pumpd_accounts": ("user_password_hint", "last_error"),
        "pumpd_restaurants": ("api_keys", "webhook_secret", "last_error"),
        "registration_logs": ("error_message",),
    }
)
"""Columns that hold a password or a key, or a command line that repeats one: our role must not read them."""
EVIDENCE: Final[Mapping[str, UsedColumns]] = MappingProxyType(
    {
        "menus": UsedColumns(("extraction_job_id",)),
        "pumpd_accounts": UsedColumns(
            (
                "registration_date",
                "registration_method",
                "restaurant_count",
                "is_primary_account",
                "pumpd_user_id",
                "pumpd_dashboard_url",
                "retry_count",
                "created_at",
                "updated_at",
            )
        ),
        "pumpd_restaurants": UsedColumns(
            (
                "id",
                "pumpd_subdomain",
                "pumpd_full_url",
                "registration_status",
                "registration_date",
                "registration_type",
                "dashboard_url",
                "settings_url",
                "menu_url",
                "created_at",
                "updated_at",
                "head_injection",
                "body_injection",
                "code_injection_config",
                "code_injection_generated_at",
            )
        ),
        "registration_logs": UsedColumns(
            (
                "id",
                "organisation_id",
                "restaurant_id",
                "pumpd_account_id",
                "pumpd_restaurant_id",
                "action",
                "status",
                "response_data",
                "created_at",
            )
        ),
        "usage_events": UsedColumns(
            ("id", "organisation_id", "event_type", "event_subtype", "quantity", "metadata", "created_at")
        ),
        "upload_batches": UsedColumns(
            (
                "id",
                "menu_id",
                "total_images",
                "uploaded_count",
                "failed_count",
                "status",
                "started_at",
                "completed_at",
                "created_at",
                "updated_at",
            )
        ),
        "item_images": UsedColumns(
            (
                "id",
                "menu_item_id",
                "organisation_id",
                "url",
                "type",
                "cdn_uploaded",
                "cdn_id",
                "cdn_url",
                "cdn_filename",
                "upload_status",
                "upload_error",
                "uploaded_at",
            )
        ),
    }
)
