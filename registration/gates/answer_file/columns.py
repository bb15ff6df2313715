"""The columns of a CSV file of decisions: which answer uses which, and how they make the answer.

| column | for the answers |
|---|---|
| restaurant, answer | all; `restaurant` is its name or id, its external id or the job's id |
| gate, job, visit | all, optional; an export fills them, so that each row answers only the question that it showed |
| company_number | company, enter_by_hand; a number alone as the `answer` means that company |
| name, street, city | confirm_query, search_again; without any of them `search_again` asks for them |
| contact_name, company_name, nzbn, gst_number, contact_email, contact_phone, full_legal_name | enter_by_hand |
| name, address, city, email, phone, contact_name, opening_hours, menu_id, theme, cuisines | change |
| primary_color, secondary_color, header_image, item_layout, stripe_link, steps_off | change |

What `change` leaves blank stays as proposed. `cuisines` and `steps_off` (sub-steps not to run) are separated by `;`,
`stripe_link` is yes or no, `header_image` a column of the restaurant or none.
"""

import re
from typing import Any

from registration.gates.answer_file.rows import KINDS
from registration.gates.decisions import ManualCompany
from registration.kit.spoilt_numbers import id_text, no_value
from registration.kit.symbols import listed
from registration.workflow.steps import GateName

NAMES = ("restaurant", "job")
"""The columns that identify the restaurant of a row; one of them is enough."""

_EVIDENCE_PREFIX = "see "
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_QUERY = ("name", "street", "city")
_BY_HAND = tuple(ManualCompany.model_fields)
_FLAGS = {"yes": True, "no": False}
_ONE_OF_A_FEW = frozenset({"theme", "item_layout"})
"""The form writes these values with a capital letter."""

_CHANGE: dict[str, tuple[tuple[str, str], ...]] = {
    "name": (("restaurant", "name"),),
    "address": (("restaurant", "address"),),
    "city": (("restaurant", "city"),),
    "email": (("account", "email"), ("onboarding", "user_email")),
    "phone": (("account", "phone"), ("restaurant", "phone")),
    "contact_name": (("onboarding", "user_name"),),
    "opening_hours": (("restaurant", "opening_hours"),),
    "menu_id": (("menu", "selected_menu_id"),),
    "theme": (("website", "theme"),),
    "cuisines": (("website", "cuisines"),),
    "primary_color": (("website", "primary_color"),),
    "secondary_color": (("website", "secondary_color"),),
    "header_image": (("website", "header_image_source"), ("website", "configure_header")),
    "item_layout": (("website", "item_layout"),),
    "stripe_link": (("payment", "include_stripe_link"),),
}
_FIELDS: dict[str, tuple[str, ...]] = {
    "confirm_query": _QUERY,
    "search_again": _QUERY,
    "company": ("company_number",),
    "enter_by_hand": _BY_HAND,
    "change": (*_CHANGE, "steps_off"),
}
_KINDS = frozenset(kind for kinds in KINDS.values() for kind in kinds)
COLUMNS = tuple(
    dict.fromkeys((*NAMES, "gate", "visit", "answer", *(column for columns in _FIELDS.values() for column in columns)))
)


def columns_for(gate: GateName) -> tuple[str, ...]:
    """The columns that the answers of a gate use, besides the columns that all rows have."""
    return tuple(dict.fromkeys(column for kind in KINDS[gate] for column in _FIELDS.get(kind, ())))


def evidence_column(label: str) -> str:
    """The name of a column with evidence, which is never read back."""
    return f"{_EVIDENCE_PREFIX}{label}"


def is_evidence_column(column: str) -> bool:
    """True if the column shows evidence only and is not read back."""
    return column.startswith(_EVIDENCE_PREFIX)


def kind_of(cell: str, cells: dict[str, str]) -> str:
    """The kind of answer in the cell `answer`; a company number alone selects that company."""
    number = id_text(cell)
    if not number.isdecimal() or "company_number" in cells:
        return cell.lower().replace(" ", "_")
    cells["company_number"] = number
    return "company"


def refuse_unused(kind: str, cells: dict[str, str]) -> None:
    """Raises ValueError for filled cells that the answer does not use; an unknown kind is reported later, with its
    gate.
    """
    unused = [name for name in cells if name not in _FIELDS.get(kind, ())]
    if unused and kind in _KINDS:
        raise ValueError(f"{kind} does not use {', '.join(unused)}")


def refuse_mangled(cells: dict[str, str]) -> None:
    """Raises ValueError for a value that a spreadsheet shortened or could not show when saving: 9.42905E+12, #####."""
    if unseen := [f"{name} {reason}" for name, cell in cells.items() if (reason := no_value(cell))]:
        raise ValueError("; ".join(unseen))
    mangled = [f"{name} {cell}" for name, cell in cells.items() if _SHORTENED.fullmatch(cell)]
    if mangled:
        raise ValueError(f"{', '.join(mangled)}: the spreadsheet shortened the number; make the column one of texts")


def answer_of(kind: str, cells: dict[str, str]) -> dict[str, Any]:
    """The answer from the filled cells of a row. Raises ValueError for an invalid cell."""
    match kind:
        case "company":
            return {"kind": kind, **cells}
        case "confirm_query" | "search_again":
            return {"kind": kind} | ({"query": cells} if cells else {})
        case "enter_by_hand":
            return {"kind": kind} | ({"details": cells} if cells else {})
        case "change":
            return {"kind": kind} | ({"config": _config(cells)} if cells else {})
        case _:
            return {"kind": kind}


def _config(cells: dict[str, str]) -> dict[str, Any]:
    sections: dict[str, dict[str, Any]] = {}
    for column, fields in _CHANGE.items():
        for section, name in fields if column in cells else ():
            sections.setdefault(section, {})[name] = _cell(column, cells[column])
    if "header_image" in cells:
        image = cells["header_image"] if cells["header_image"].lower() != "none" else None
        sections["website"] |= {"configure_header": image is not None, "header_image_source": image}
    if "steps_off" in cells:
        sections["steps_enabled"] = dict.fromkeys(listed(cells["steps_off"]), False)
    return sections


def _cell(column: str, text: str) -> Any:
    if column == "cuisines":
        return listed(text)
    if column == "stripe_link":
        if text.lower() not in _FLAGS:
            raise ValueError(f"stripe_link is yes or no, not {text!r}")
        return _FLAGS[text.lower()]
    return text.lower() if column in _ONE_OF_A_FEW else text
