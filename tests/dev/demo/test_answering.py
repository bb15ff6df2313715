"""The script's answers, for the options of a form."""

from typing import Any

import pytest
from prefect.utilities.schema_tools import validate

from dev.demo.script import Company, Decision, Role, scripted_input
from dev.gate_forms.schema import DemoError, read_form
from registration.gates.rounds import Details
from registration.restaurants.csv_import import NumberedRow
from registration.restaurants.models import NewRestaurant
from registration.states import JobStatus
from tests.dev.demo.forms import company_schema, config_schema
from tests.registration.gates.questions.make import make_outcome

BY_HAND = {"by_hand": {"contact_name": "Pia Ferrari", "company_name": "Ferrari Family Trust"}}


def answer(schema: dict[str, Any], company: Any) -> dict[str, Any]:
    """The scripted input for the form's only restaurant, validated as the server does."""
    decision = Decision.model_validate(
        {"company": company, "expected": JobStatus.COMPLETED, "expected_reason_contains": None}
    )
    [question] = questions = read_form(schema)
    role = Role(NumberedRow(2, NewRestaurant.model_validate({"name": "Jax"})), decision)
    given = scripted_input(questions, {question.title: role})
    validate(given, schema, raise_on_error=True)
    return given


@pytest.mark.parametrize(
    "company, label",
    [
        ("recommended", "TEXAS CHICKEN LIMITED · 1001"),
        ("number:1002", "TEXAS LIMITED · 1002"),
        ("no_match", "No match"),
        (BY_HAND, "Enter by hand…"),
    ],
)
def test_a_company_is_chosen_by_its_label(company: Company, label: str) -> None:
    """The best candidate is first; details by hand select their own option."""
    assert answer(company_schema({}), company)["restaurant_01_v1"] == label


def test_details_are_filled_in_when_the_form_has_a_section() -> None:
    """The form of the second round has a section for the details."""
    given = answer(company_schema({"visit": 2, "asked": Details.ENTER_BY_HAND}), BY_HAND)
    assert given["restaurant_01_v2"] == "Use the details below"
    assert given["restaurant_01_v2_details"] == BY_HAND["by_hand"]


def test_every_configuration_is_gone_ahead_with() -> None:
    """The input has the name of the script."""
    assert answer(config_schema({}), "no_match") == {
        "decided_by": "make demo",
        "restaurant_01_v1": "Go ahead as proposed",
    }


def test_a_missing_option_is_an_error_without_a_substitute() -> None:
    """A search without results, and a configuration that preflight refuses."""
    with pytest.raises(DemoError, match=r"Texas Chicken \(Henderson\): the register found no such company"):
        answer(company_schema({"outcome": make_outcome()}), "recommended")
    with pytest.raises(DemoError, match="“Go ahead as proposed” is not offered, only Change…"):
        answer(config_schema({"refusals": ("no menu",)}), "recommended")


def test_a_stranger_in_the_form_is_an_error() -> None:
    """A restaurant that is not in the script gets no answer."""
    with pytest.raises(DemoError, match="who is not in the script"):
        scripted_input(read_form(company_schema({})), {})
