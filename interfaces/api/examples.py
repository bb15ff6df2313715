"""Examples for the description of the API: a good body for each request, by the name of its schema, and answers."""

import json
from pathlib import Path
from typing import Any, Final

_ONE, _TWO = "0b0f0c5e-1f5a-4a53-9d0e-6a2f3f0f4f10", "7c8f4d2a-93c1-4c0b-8f0a-2f4f5e6d7c8b"
_FORM: Final[dict[str, Any]] = {
    "email": "kiaora@kai.example.nz",
    "phone": "+64 9 379 1234",
    "name": "Kai",
    "address": "1 Quay Street, Auckland 1010",
    "city": "Auckland",
}
_MANUAL: Final[dict[str, Any]] = {
    "contact_name": "Mere Tamihana",
    "contact_email": "mere@kai.example.nz",
    "company_name": "Kai Limited",
    "company_number": "1234567",
}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "ConfigurationsAsked": {"configurations": {_ONE: {"use_defaults": True}}},
    "ConvertAsked": {"lead_ids": [_ONE], "create_registration_batch": True, "batch_name": "Henderson"},
    "DeleteLeadsAsked": {"lead_ids": [_ONE], "why": "closed down"},
    "EditAsked": {"city": "Napier", "phone": "+64 6 835 1234"},
    "ExecuteAsked": {"restaurantId": _ONE, "formData": _FORM},
    "ExtractionsAsked": {"restaurant_ids": [_ONE]},
    "JobAsked": {"restaurant_id": _ONE, "formData": _FORM},
    "LeaveAsked": {"job_ids": [_ONE], "why": "the restaurant has closed"},
    "ManualCompany": _MANUAL,
    "NewBatchAsked": {"name": "Monday", "restaurant_ids": [_ONE, _TWO], "auto_start": True},
    "PasswordAsked": {"password": "correct horse battery staple", "why": "the owner has changed it"},
    "ResetAsked": {"cascade": True, "why": "the platform is back"},
    "ResolveAsked": {"it_is_there": True, "why": "I see the menu on the platform"},
    "RetryAsked": {"sub_steps": ["menuImport"], "why": "the platform is back"},
    "RevealAsked": {"why": "the owner has lost it"},
    "SearchAsked": {"restaurant_name": "Kai", "street": "Quay Street", "city": "Auckland"},
    "SelectAsked": {"company_number": "1234567"},
    "SelectionsAsked": {"selections": {_ONE: {"company_number": "1234567"}, _TWO: {"no_match": True}}},
    "SettingsAsked": {"auto_select_clear_matches": True},
    "StatusAsked": {"status": "completed", "data": {"why": "I have imported the menu by hand"}},
    "TagsDecisionAsked": {"decision": "leave_out", "why": "the owner will tag the dishes"},
    "WithReason": {"why": "the owner called"},
}
ANSWERS_FILE: Final = Path(__file__).with_name("answer_examples.json")
"""Answers of a running API, by the id of the operation, with one element of each list. A test writes them."""


def add_answers(described: dict[str, Any]) -> None:
    """Add to the description of each operation the answer that it gave."""
    answers: dict[str, Any] = json.loads(ANSWERS_FILE.read_text(encoding="utf-8"))
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    for operation in operations:
        good = next(one for status, one in operation["responses"].items() if status.startswith("2"))
        content = good.get("content", {}).get("application/json")
        if content is not None and operation["operationId"] in answers:
            content["example"] = answers[operation["operationId"]]
