"""The questions that wait in a batch as a file to be filled in and handed back to `registration answer --file`.

One row per restaurant: what names it, the column `answer` to be filled in, beside it what may be filled in, the columns
that some answers use, and the evidence in columns that begin with "see ". Handed back as it was it decides nothing.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from registration.gates.answer_file.columns import columns_for, see
from registration.gates.answer_file.rows import KINDS
from registration.gates.decisions import AnyAnswer, ChooseCompany
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.cases import CompanyContext, ConfigContext, UnreadableCase
from registration.gates.questions.config_section import menu_options
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.kit.csv import to_cell
from registration.kit.documents import json_text
from registration.workflow.steps import GateName

ALLOWED = "allowed answers"

_USES = {
    "confirm_query": "with name, street and city as they are to be searched",
    "search_again": "with name, street, city to search by",
    "enter_by_hand": "with contact_name, and what else is known",
    "change": "with what is to be otherwise",
}


def as_csv(waiting: Sequence[OpenQuestion]) -> str:
    """For a spreadsheet. No cell is a formula; the byte order mark tells spreadsheets that it is UTF-8."""
    rows = [_csv_row(one) for one in waiting]
    gates = [gate for gate in GateName if any(one.gate is gate for one in waiting)]
    used = [column for gate in gates for column in columns_for(gate)]
    columns = dict.fromkeys(("restaurant", "answer", see(ALLOWED), *used))
    columns |= dict.fromkeys(name for row in rows for name in row if name not in _LAST)
    text = StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, *_LAST], restval="")
    writer.writeheader()
    writer.writerows({name: to_cell(value) for name, value in row.items()} for row in rows)
    return f"\ufeff{text.getvalue()}"


def as_json(waiting: Sequence[OpenQuestion]) -> str:
    """For programs: a list of objects whose `answer` is null until it is filled in."""
    return json_text([_json_item(one) for one in waiting]) + "\n"


_LAST = ("gate", "visit", "job")


def _csv_row(one: OpenQuestion) -> dict[str, object]:
    seen = {
        "recommended": _as_typed(one.recommended),
        **_facts(one),
        **{f"candidate {place}": _candidate_line(facts) for place, facts in enumerate(_candidates(one), 1)},
    }
    return {
        "restaurant": one.case.restaurant_name,
        see(ALLOWED): f"blank decides later; {'; '.join(_allowed(one))}",
        **{see(label): text for label, text in seen.items()},
        **_key(one),
    }


def _json_item(one: OpenQuestion) -> dict[str, Any]:
    recommended = one.recommended
    seen: dict[str, Any] = {"recommended": recommended.model_dump(mode="json") if recommended else None, **_facts(one)}
    if one.gate is GateName.COMPANY_SELECTION:
        seen["candidates"] = _candidates(one)
    return {"restaurant": one.case.restaurant_name, "answer": None, "allowed": _allowed(one), "see": seen, **_key(one)}


def _key(one: OpenQuestion) -> dict[str, Any]:
    return {"gate": one.gate.value, "visit": one.question.visit, "job": str(one.question.job_id)}


def _facts(one: OpenQuestion) -> dict[str, str]:
    match one.case:
        case CompanyContext() as case:
            return company_facts(case)
        case ConfigContext() as case:
            menus = [f"{option.label} = {option.value}" for option in menu_options(case.menus)]
            return {"city": case.city or "", **config_facts(case), "menus": "; ".join(menus)}
        case UnreadableCase() as case:
            return unreadable_facts(case)


def _candidates(one: OpenQuestion) -> list[dict[str, str]]:
    if not isinstance(one.case, CompanyContext):
        return []
    return [candidate_facts(one.case, candidate) for candidate in one.case.candidates]


def _candidate_line(facts: dict[str, str]) -> str:
    scores = (
        f"score {facts['score']} (name {facts['name score']}, address {facts['address score']}; by {facts['found by']})"
    )
    also = f"also found for {facts['also found for']}" if facts["also found for"] else ""
    names = f"also called {facts['other names']}" if facts["other names"] else ""
    unread = f"its entry could not be read: {facts['not read']}" if facts["not read"] else ""
    told = [facts["company"], facts["number"], facts["address"], facts["status"], scores, names, also, unread]
    return " · ".join([*filter(None, told), facts["register"]])


def _allowed(one: OpenQuestion) -> list[str]:
    """The kinds of answers that this question takes, each with what it uses."""
    offered = {choice.answer.kind for choice in one.question.choices if choice.answer is not None}
    numbers = " or ".join(facts["number"] for facts in _candidates(one))
    uses = _USES | {"company": f"with company_number {numbers}; in a spreadsheet the number alone will do"}
    return [f"{kind} ({uses[kind]})" if kind in uses else kind for kind in KINDS[one.gate] if kind in offered]


def _as_typed(answer: AnyAnswer | None) -> str:
    if answer is None:
        return ""
    return answer.company_number if isinstance(answer, ChooseCompany) else answer.kind
