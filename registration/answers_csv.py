"""Decisions from CSV. One row per restaurant; a blank cell says nothing, a blank `answer` decides later.

| column | for the answers |
|---|---|
| restaurant, answer | all; `restaurant` is its name or id, its external id or the job's id |
| gate | all, may be left out |
| company_number | company, enter_by_hand |
| name, street, city | confirm_query, search_again; without any of them `search_again` asks for them |
| contact_name, company_name, nzbn, gst_number, contact_email, contact_phone, full_legal_name | enter_by_hand |
| name, address, city, email, phone, contact_name, opening_hours, menu_id, theme, cuisines | change |
| primary_color, secondary_color, header_image, item_layout, stripe_link, steps_off | change |

What `change` leaves blank stays as proposed. `cuisines` and `steps_off` (sub-steps not to run) are separated by `;`,
`stripe_link` is yes or no, `header_image` a column of the restaurant or none.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from registration.answers_rows import KINDS, AnswerRow, RowError
from registration.models.decisions import ManualCompany

_QUERY = ("name", "street", "city")
_BY_HAND = tuple(ManualCompany.model_fields)
_FLAGS = {"yes": True, "no": False}

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
    dict.fromkeys(("restaurant", "gate", "answer", *(column for columns in _FIELDS.values() for column in columns)))
)


def read_csv_rows(text: str) -> tuple[list[AnswerRow], list[RowError]]:
    """The rows that decide something, and everything that is wrong with the others."""
    rows: list[AnswerRow] = []
    errors: list[RowError] = []
    try:
        records = list(_records(text))
    except csv.Error as error:
        return [], [RowError("file", f"is not valid CSV ({error})")]
    if not records:
        return [], [RowError("line 1", "the file is empty")]
    header = [cell.strip().lower() for cell in records[0][1]]
    if wrong := list(_header_errors(header)):
        return [], wrong
    for line, cells in records[1:]:
        try:
            rows.extend(_row(f"line {line}", header, cells))
        except ValueError as error:
            errors.append(RowError(f"line {line}", str(error)))
    return rows, errors


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _header_errors(header: list[str]) -> Iterator[RowError]:
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            yield RowError("line 1", f"{name!r} is not a known column; known are {', '.join(COLUMNS)}")
        elif header.count(name) > 1:
            yield RowError("line 1", f"{name!r} stands twice in the header")
    for name in ("restaurant", "answer"):
        if name not in header:
            yield RowError("line 1", f"{name!r} is required but is not in the header")


def _row(place: str, header: list[str], cells: list[str]) -> Iterator[AnswerRow]:
    if len(cells) != len(header):
        raise ValueError(f"has {len(cells)} cells, the header has {len(header)}")
    said = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    restaurant, gate, kind = (said.pop(name, None) for name in ("restaurant", "gate", "answer"))
    if restaurant is None:
        raise ValueError("restaurant is missing")
    if kind is not None:
        _refuse_unused(kind, said)
        yield AnswerRow(place, restaurant, gate, _answer(kind, said))
    elif said:
        raise ValueError(f"answer is missing, but {', '.join(said)} is filled in")


def _refuse_unused(kind: str, said: dict[str, str]) -> None:
    """A cell that nobody would read is a mistake; that a kind is unknown is said where it meets its gate."""
    unused = [name for name in said if name not in _FIELDS.get(kind, ())]
    if unused and kind in _KINDS:
        raise ValueError(f"{kind} does not use {', '.join(unused)}")


def _answer(kind: str, said: dict[str, str]) -> dict[str, Any]:
    match kind:
        case "company":
            return {"kind": kind, **said}
        case "confirm_query" | "search_again":
            return {"kind": kind} | ({"query": said} if said else {})
        case "enter_by_hand":
            return {"kind": kind} | ({"details": said} if said else {})
        case "change":
            return {"kind": kind} | ({"config": _config(said)} if said else {})
        case _:
            return {"kind": kind}


def _config(said: dict[str, str]) -> dict[str, Any]:
    sections: dict[str, dict[str, Any]] = {}
    for column, places in _CHANGE.items():
        for section, name in places if column in said else ():
            sections.setdefault(section, {})[name] = _cell(column, said[column])
    if "header_image" in said:
        image = said["header_image"] if said["header_image"].lower() != "none" else None
        sections["website"] |= {"configure_header": image is not None, "header_image_source": image}
    if "steps_off" in said:
        sections["steps_enabled"] = dict.fromkeys(_parts(said["steps_off"]), False)
    return sections


def _cell(column: str, text: str) -> Any:
    if column == "cuisines":
        return _parts(text)
    if column == "stripe_link":
        if text.lower() not in _FLAGS:
            raise ValueError(f"stripe_link is yes or no, not {text!r}")
        return _FLAGS[text.lower()]
    return text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
