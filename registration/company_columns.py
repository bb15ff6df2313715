"""What step 4 saves of a register entry on the restaurant (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.models.company_details import CompanyDetails
from registration.models.restaurant import RestaurantData

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
    """Company fields are replaced as one set if blank or still what was last written; contacts only where blank.

    `last_written` are the values that an earlier register entry gave. What a person typed is never overwritten.
    """
    found = _found(details)
    stored = {name: getattr(restaurant, name) for name in (*_COMPANY, *_CONTACT)}
    untouched = all(not stored[name] or stored[name] == last_written.get(name) for name in _COMPANY)
    values = {name: found[name] for name in _COMPANY} if untouched else {}
    values |= {name: found[name] for name in _CONTACT if not stored[name] and found[name]}
    conflicts = {
        name: {"restaurant": str(stored[name]), "register": found[name]}
        for name in (*_COMPANY, *_CONTACT)
        if name not in values and stored[name] and found[name] and stored[name] != found[name]
    }
    metadata = {"register": details.model_dump(mode="json"), "written": values}
    return CompanyColumns(values | {"additional_contacts_metadata": metadata}, conflicts)


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
