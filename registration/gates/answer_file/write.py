"""The open questions of a batch as a file to fill in for `registration answer --file`.

One row per restaurant: its name, the column `answer` to fill in, the allowed answers, the columns that some answers
use, and the evidence in columns whose name begins with "see ". An unchanged file decides nothing.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from registration.gates.answer_file.columns import columns_for, evidence_column
from registration.gates.answer_file.rows import KINDS
from registration.gates.decisions import AnyAnswer, ChooseCompany
from registration.gates.open_questions import OpenQuestion
from registration.gates.questions.config_section import menu_options
from registration.gates.questions.contexts import CompanyContext, ConfigContext, UnreadableContext
from registration.gates.questions.facts import candidate_facts, company_facts, config_facts, unreadable_facts
from registration.kit.csv import to_cell
from registration.kit.documents import json_text
from registration.workflow.steps import GATE_STEPS, GateName

ALLOWED = "allowed answers"

_USES = {
    "confirm_query": "with name, street and city as they are to be searched",
    "search_again": "with name, street, city to search by",
    "enter_by_hand": "with contact_name, and what else is known",
    "change": "with what is to be otherwise",
}
_LAST = ("gate", "visit", "job")


def as_csv(waiting: Sequence[OpenQuestion]) -> str:
    """For a spreadsheet. No cell is a formula; the byte order mark marks the text as UTF-8."""
    rows = [_csv_row(open_question) for open_question in waiting]
    gates = [gate for gate in GATE_STEPS if any(open_question.gate is gate for open_question in waiting)]
    used = [column for gate in gates for column in columns_for(gate)]
    columns = dict.fromkeys(("restaurant", "answer", evidence_column(ALLOWED), *used))
    columns |= dict.fromkeys(name for row in rows for name in row if name not in _LAST)
    text = StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, *_LAST], restval="")
    writer.writeheader()
    writer.writerows({name: to_cell(value) for name, value in row.items()} for row in rows)
    return f"\ufeff{text.getvalue()}"


def as_json(waiting: Sequence[OpenQuestion]) -> str:
    """For programs: a list of objects whose `answer` is null until it is filled in."""
    return json_text([_json_item(open_question) for open_question in waiting]) + "\n"


def _csv_row(open_question: OpenQuestion) -> dict[str, object]:
    evidence = {
        "recommended": _as_typed(open_question.recommended),
        **_facts(open_question),
        **{f"candidate {rank}": _candidate_line(facts) for rank, facts in enumerate(_candidates(open_question), 1)},
    }
    return {
        "restaurant": open_question.context.restaurant_name,
        evidence_column(ALLOWED): f"blank decides later; {'; '.join(_allowed(open_question))}",
        **{evidence_column(label): text for label, text in evidence.items()},
        **_key(open_question),
    }


def _json_item(open_question: OpenQuestion) -> dict[str, Any]:
    recommended = open_question.recommended
    evidence: dict[str, Any] = {
        "recommended": recommended.model_dump(mode="json") if recommended else None,
        **_facts(open_question),
    }
    if open_question.gate is GateName.COMPANY_SELECTION:
        evidence["candidates"] = _candidates(open_question)
    return {
        "restaurant": open_question.context.restaurant_name,
        "answer": None,
        "allowed": _allowed(open_question),
        "see": evidence,
        **_key(open_question),
    }


def _key(open_question: OpenQuestion) -> dict[str, Any]:
    return {
        "gate": open_question.gate.value,
        "visit": open_question.question.visit,
        "job": str(open_question.question.job_id),
    }


def _facts(open_question: OpenQuestion) -> dict[str, str]:
    match open_question.context:
        case CompanyContext() as context:
            return company_facts(context)
        case ConfigContext() as context:
            menus = [f"{option.label} = {option.value}" for option in menu_options(context.menus)]
            return {"city": context.city or "", **config_facts(context), "menus": "; ".join(menus)}
        case UnreadableContext() as context:
            return unreadable_facts(context)


def _candidates(open_question: OpenQuestion) -> list[dict[str, str]]:
    if not isinstance(open_question.context, CompanyContext):
        return []
    return [candidate_facts(open_question.context, candidate) for candidate in open_question.context.candidates]


def _candidate_line(facts: dict[str, str]) -> str:
    scores = (
        f"score {facts['score']} (name {facts['name score']}, address {facts['address score']}; by {facts['found by']})"
    )
    also = f"also found for {facts['also found for']}" if facts["also found for"] else ""
    names = f"also called {facts['other names']}" if facts["other names"] else ""
    unread = f"its entry could not be read: {facts['not read']}" if facts["not read"] else ""
    parts = [facts["company"], facts["number"], facts["address"], facts["status"], scores, names, also, unread]
    return " · ".join([*filter(None, parts), facts["register"]])


def _allowed(open_question: OpenQuestion) -> list[str]:
    """The kinds of answers that this question accepts, each with the columns that it uses."""
    offered = {choice.answer.kind for choice in open_question.question.choices if choice.answer is not None}
    numbers = " or ".join(facts["number"] for facts in _candidates(open_question))
    uses = _USES | {"company": f"with company_number {numbers}; in a spreadsheet the number alone will do"}
    return [f"{kind} ({uses[kind]})" if kind in uses else kind for kind in KINDS[open_question.gate] if kind in offered]


def _as_typed(answer: AnyAnswer | None) -> str:
    if answer is None:
        return ""
    return answer.company_number if isinstance(answer, ChooseCompany) else answer.kind
