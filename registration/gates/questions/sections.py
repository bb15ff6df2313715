"""The sections of a form: their fields, titles and first values, and the errors of a submitted section."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from registration.gates.rounds import Details, Option, Prefilled
from registration.kit.values import plain_message, problems

_TINT = "none, white, black, primary, secondary, or a colour as #ff8800."
_TEXT_COLOUR = "white, black, primary, secondary, or a colour as #ff8800. Empty: follows the theme."
_FIELD_OF = {
    "user_email": "email",
    "user_name": "contact_name",
    "header_image_source": "header_image",
    "configure_header": "header_image",
    "selected_menu_id": "menu",
    "steps_enabled": "steps",
}
"""The section's field that fills a model's field of another name."""


class Kind(StrEnum):
    """The kind of input of a field."""

    TEXT = "text"
    ONE_OF = "one_of"
    SOME_OF = "some_of"
    FLAG = "flag"


@dataclass(frozen=True)
class SectionField:
    """One field of a section; `name` is also the name of the answer's field that it fills, if there is one."""

    name: str
    title: str
    description: str = ""
    kind: Kind = Kind.TEXT
    options: tuple[Option, ...] = ()


_QUERY = (
    SectionField("name", "Name", "Empty: do not search by name."),
    SectionField("street", "Street", "House number and street only. Empty: do not search by address."),
    SectionField("city", "City", "Goes with the street."),
)
_BY_HAND = (
    SectionField("contact_name", "Contact name", "Details by hand need it."),
    SectionField("company_name", "Company name"),
    SectionField("company_number", "Company number"),
    SectionField("nzbn", "NZBN", "13 digits."),
    SectionField("gst_number", "GST number"),
    SectionField("contact_email", "Contact e-mail"),
    SectionField("contact_phone", "Contact phone", "A New Zealand number, as 09 379 1234."),
    SectionField("full_legal_name", "Full legal name", "Of the director, as on the register."),
)
_CHANGE = (
    SectionField("name", "Name"),
    SectionField("address", "Address"),
    SectionField("city", "City"),
    SectionField("email", "E-mail", "Of the account and of the onboarding user."),
    SectionField("phone", "Phone", "A New Zealand number, as 09 379 1234."),
    SectionField("contact_name", "Contact name"),
    SectionField("opening_hours", "Opening hours", "As Mon-Fri 11:00-14:30, 17:00-22:00; Sat 17:00-01:00; Sun closed."),
    SectionField("menu", "Menu", kind=Kind.ONE_OF),
    SectionField("theme", "Theme", kind=Kind.ONE_OF),
    SectionField("cuisines", "Cuisines", "Separated by semicolons."),
    SectionField("primary_color", "Primary colour", "As #ff8800."),
    SectionField("secondary_color", "Secondary colour", "As #ff8800."),
    SectionField("disable_gradients", "Plain colours, no gradients", kind=Kind.FLAG),
    SectionField("header_image", "Header image", kind=Kind.ONE_OF),
    SectionField("header_logo_dark_tint", "Header logo on dark", _TINT),
    SectionField("header_logo_light_tint", "Header logo on light", _TINT),
    SectionField("nav_logo_dark_tint", "Navigation logo on dark", _TINT),
    SectionField("nav_logo_light_tint", "Navigation logo on light", _TINT),
    SectionField("nav_text_color", "Navigation text colour", _TEXT_COLOUR),
    SectionField("card_text_color", "Card text colour", _TEXT_COLOUR),
    SectionField("item_layout", "Item layout", kind=Kind.ONE_OF),
    SectionField("include_stripe_link", "Include the Stripe link", kind=Kind.FLAG),
    SectionField("steps", "Sub-steps to run", kind=Kind.SOME_OF),
)
_WHY = (SectionField("why", "Why", "For the record. Tags that contradict the menu are set only with a reason."),)

SECTIONS: dict[Details, tuple[SectionField, ...]] = {
    Details.CONFIRM_QUERY: _QUERY,
    Details.SEARCH_AGAIN: _QUERY,
    Details.ENTER_BY_HAND: _BY_HAND,
    Details.CHANGE: _CHANGE,
    Details.WHY: _WHY,
}


def read_labels(value: object, name: str) -> tuple[str, ...]:
    """The labels that were picked from several. Raises ValueError if the value is no list of labels."""
    if not isinstance(value, list | tuple) or not all(isinstance(label, str) for label in value):
        raise ValueError(f"{name}: {value!r} is no list of labels")
    return tuple(map(str, value))


def valid_prefills(
    fields: tuple[SectionField, ...],
    options: Mapping[str, tuple[Option, ...]],
    initial: Mapping[str, Prefilled],
    typed: Mapping[str, object],
) -> dict[str, Prefilled]:
    """`shown` with the values typed before laid over it, as far as the options allow them.

    The server refuses a whole form if a preselection is not among its options. A field without a valid value gets its
    first option.
    """
    filled: dict[str, Prefilled] = {}
    for field in fields:
        labels = [option.label for option in options.get(field.name, ())]
        for value in (initial.get(field.name), typed.get(field.name)):
            valid = _fitting(field.kind, labels, value)
            if valid is not None:
                filled[field.name] = valid
    return filled


def _fitting(kind: Kind, labels: list[str], value: object) -> Prefilled | None:
    match kind, value:
        case (Kind.TEXT, str()) | (Kind.FLAG, bool()):
            return value
        case (Kind.ONE_OF, str()) if value in labels:
            return value
        case (Kind.SOME_OF, list() | tuple()):
            return tuple(label for label in labels if label in value)
        case _:
            return None


def describe_errors(details: Details, error: ValueError) -> str:
    """The reasons as one text; a field that fills two fields of a model is reported once."""
    if not isinstance(error, ValidationError):
        return str(error)
    titles = {field.name: field.title for field in SECTIONS[details]}
    return "; ".join(dict.fromkeys(_reason(titles, problem) for problem in problems(error)))


def section_field(model_field: str) -> str:
    """The name of the section's field that fills a field of the model."""
    return _FIELD_OF.get(model_field, model_field)


def errors_by_field(details: Details, error: ValidationError) -> dict[str, str]:
    """The first reason of each field of the section; a reason that belongs to no field stands under an empty name."""
    known = {field.name for field in SECTIONS[details]}
    found = dict[str, str]()
    for problem in problems(error):
        names = (section_field(str(part)) for part in reversed(problem["loc"]))
        found.setdefault(next((name for name in names if name in known), ""), plain_message(problem))
    return found


def _reason(titles: dict[str, str], details: ErrorDetails) -> str:
    names = [section_field(str(part)) for part in details["loc"]]
    title = next((titles[name] for name in reversed(names) if name in titles), ".".join(names))
    return f"{title}: {plain_message(details)}" if title else plain_message(details)
