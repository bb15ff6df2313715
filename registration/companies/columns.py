"""What step 4 saves of a register entry on the restaurant, and what goes if it has none of them (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.companies.details import CompanyDetails
from registration.restaurants.models import RestaurantData

_COMPANY = ("company_name", "company_number", "nzbn", "gst_number", "full_legal_name")
_CONTACT = ("contact_name", "contact_email", "contact_phone")


@dataclass(frozen=True)
class CompanyColumns:
    """Columns to write, and by column what a person typed that differs from the register."""

    values: dict[str, Any]
    conflicts: dict[str, dict[str, str]]


def company_columns(
    restaurant: RestaurantData, details: CompanyDetails, last_written: Mapping[str, Any]
) -> CompanyColumns:
    """Company fields are replaced as one set, contacts one by one, if blank or still what was last written.

    `last_written` are the values that earlier register entries gave. What a person typed is never overwritten.
    """
    found = _found(details)
    values = {name: found[name] for name in _replaceable(restaurant, last_written)}
    stored = {name: getattr(restaurant, name) for name in (*_COMPANY, *_CONTACT)}
    conflicts = {
        name: {"restaurant": str(stored[name]), "register": found[name]}
        for name in (*_COMPANY, *_CONTACT)
        if name not in values and stored[name] and found[name] and stored[name] != found[name]
    }
    metadata = {"register": details.model_dump(mode="json"), "written": {**last_written, **values}}
    return CompanyColumns(values | {"additional_contacts_metadata": metadata}, conflicts)


def columns_without_company(restaurant: RestaurantData, last_written: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to write when a person says that no entry of the register is the restaurant's.

    What an earlier entry gave goes; what a person typed stays. Empty if nothing was written from the register.
    """
    if not last_written:
        return {}
    return dict.fromkeys(_replaceable(restaurant, last_written)) | {"additional_contacts_metadata": {}}


def _replaceable(restaurant: RestaurantData, last_written: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that no person typed."""

    def is_ours(name: str) -> bool:
        stored = getattr(restaurant, name)
        return not stored or stored == last_written.get(name)

    company = _COMPANY if all(map(is_ours, _COMPANY)) else ()
    return (*company, *filter(is_ours, _CONTACT))


def _found(details: CompanyDetails) -> dict[str, Any]:
    director = details.first_active_director
    return {
        "company_name": details.company_name,
        "company_number": details.company_number,
        "nzbn": details.nzbn,
        "gst_number": details.gst_number,
        "full_legal_name": director.full_legal_name if director else None,
        "contact_name": director.name if director else None,
        "contact_email": details.contact_email,
        "contact_phone": details.contact_phone,
    }
