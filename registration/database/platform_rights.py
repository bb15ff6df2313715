"""What is used of the platform's tables: which columns, for what.

`NEEDED` is what no batch goes on without, `EVIDENCE` what is read of the platform's own records besides. `SECRETS`,
columns that can hold a password or a key, are in neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from registration.database.base import Base
from registration.database.tables.leads import Lead
from registration.database.tables.platform import ExtractionJob, Restaurant


@dataclass(frozen=True)
class Used:
    """The columns of one table that are read, given in new rows, and changed."""

    select: tuple[str, ...]
    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()

    def rights(self) -> dict[str, tuple[str, ...]]:
        """By right, those that are used."""
        every = {"select": self.select, "insert": self.insert, "update": self.update}
        return {right: columns for right, columns in every.items() if columns}


def _mapped(table: type[Base], *, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(column.name for column in table.__table__.columns if column.name not in without)


_OF_THE_PLATFORM = frozenset({"id", "created_at", "updated_at"})
_COMPANY = ("company_name", "company_number", "nzbn", "gst_number", "full_legal_name")
_CONTACT = ("contact_name", "contact_email", "contact_phone")

NEEDED: Final[Mapping[str, Used]] = MappingProxyType(
    {
        "organisations": Used(("id", "name", "feature_flags")),
        "restaurants": Used(
            _mapped(Restaurant),
            insert=_mapped(Restaurant, without=_OF_THE_PLATFORM),
            update=(*_COMPANY, *_CONTACT, "additional_contacts_metadata", "metadata", "updated_at"),
        ),
        "lead_scrape_jobs": Used(("id", "organisation_id", "platform")),
        "leads": Used(_mapped(Lead), update=("converted_to_restaurant_id", "converted_at", "updated_at")),
        "menus": Used(("id", "restaurant_id", "version", "is_active", "created_at")),
        "menu_items": Used(("id", "menu_id", "name", "price", "tags")),
        "extraction_jobs": Used(_mapped(ExtractionJob)),
        "pumpd_accounts": Used(("id", "organisation_id", "restaurant_id", "email", "registration_status")),
        "pumpd_restaurants": Used(("organisation_id", "restaurant_id", "pumpd_account_id", "pumpd_restaurant_id")),
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
"""Columns that hold a password or a key, or a line of a command that repeats one: our role must not read them."""
EVIDENCE: Final[Mapping[str, Used]] = MappingProxyType(
    {
        "menus": Used(("extraction_job_id",)),
        "pumpd_accounts": Used(
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
        "pumpd_restaurants": Used(
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
        "registration_logs": Used(
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
        "usage_events": Used(
            ("id", "organisation_id", "event_type", "event_subtype", "quantity", "metadata", "created_at")
        ),
        "upload_batches": Used(
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
        "item_images": Used(
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
