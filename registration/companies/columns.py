"""The columns of a restaurant that step 4 fills from a register entry, and clears if the restaurant has no entry
(pure).

The contact's name is filled by no entry: the configuration gate proposes a director, and a person confirms one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registration.companies.details import CompanyDetails
from registration.restaurants.models import RestaurantData

_COMPANY = ("company_name", "company_number", "nzbn", "gst_number", "full_legal_name")
_CONTACT = ("contact_name", "contact_email", "contact_phone")


@dataclass(frozen=True)
class CompanyColumns:
    """The columns to write, and `conflicts`: by column, a value typed by a person that differs from the register."""

    values: dict[str, Any]
    conflicts: dict[str, dict[str, str]]


def company_columns(
    restaurant: RestaurantData, details: CompanyDetails, last_written: Mapping[str, Any]
) -> CompanyColumns:
    """The company columns are replaced as one set, contact columns one by one, if blank or still as last written.

    `last_written` has the values of earlier register entries. A value typed by a person is never overwritten.
    """
    from_register = _register_values(details)
    values = {name: from_register[name] for name in _replaceable(restaurant, last_written)}
    conflicts = _conflicts(restaurant, details, from_register, frozenset(values))
    metadata = {"register": details.model_dump(mode="json"), "written": {**last_written, **values}}
    return CompanyColumns(values | {"additional_contacts_metadata": metadata}, conflicts)


def _conflicts(
    restaurant: RestaurantData, details: CompanyDetails, from_register: Mapping[str, Any], replaced: frozenset[str]
) -> dict[str, dict[str, str]]:
    """Typed values that differ from the register; a contact differs if no active director has that name."""
    conflicts = dict[str, dict[str, str]]()
    for name in (*_COMPANY, *_CONTACT):
        known = details.contacts if name == "contact_name" else tuple(filter(None, (from_register[name],)))
        stored = getattr(restaurant, name)
        if name not in replaced and stored and known and stored not in known:
            conflicts[name] = {"restaurant": str(stored), "register": known[0]}
    return conflicts


def columns_without_company(restaurant: RestaurantData, last_written: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to write when a person decides that no register entry belongs to the restaurant.

    Values of an earlier entry are cleared, values typed by a person stay. Empty if no register value was ever written.
    """
    if not last_written:
        return {}
    return dict.fromkeys(_replaceable(restaurant, last_written)) | {"additional_contacts_metadata": {}}


def _replaceable(restaurant: RestaurantData, last_written: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns without a value typed by a person."""

    def is_ours(name: str) -> bool:
        stored = getattr(restaurant, name)
        return not stored or stored == last_written.get(name)

    company = _COMPANY if all(map(is_ours, _COMPANY)) else ()
    return (*company, *filter(is_ours, _CONTACT))


def _register_values(details: CompanyDetails) -> dict[str, Any]:
    director = details.first_active_director
    return {
        "company_name": details.company_name,
        "company_number": details.company_number,
        "nzbn": details.nzbn,
        "gst_number": details.gst_number,
        "full_legal_name": director.full_legal_name if director else None,
        "contact_name": None,
        "contact_email": details.contact_email,
        "contact_phone": details.contact_phone,
    }
