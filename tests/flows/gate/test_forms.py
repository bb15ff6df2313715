"""The forms of the gates: their JSON schema, and which inputs the server accepts and refuses."""

from typing import Any

import pytest
from prefect._internal.pydantic.v2_schema import create_v2_schema
from prefect.utilities.schema_tools import ValidationError, validate
from pydantic import ValidationError as PydanticError

from flows.gate.form import form_model
from registration.gates.form_answers import read_answers
from registration.gates.questions.company import company_question
from registration.gates.questions.config import config_question
from registration.gates.questions.sections import SECTIONS
from registration.gates.rounds import Details, Round
from registration.workflow.steps import GateName
from tests.registration.gates.questions.make import (
    make_candidate,
    make_company_context,
    make_config_context,
    make_outcome,
)


def _companies(*jobs: dict[str, Any]) -> Round:
    questions = (company_question(make_company_context(position=at, **job)) for at, job in enumerate(jobs, start=1))
    return Round(gate=GateName.COMPANY_SELECTION, questions=tuple(questions))


def _configs(*jobs: dict[str, Any]) -> Round:
    questions = (config_question(make_config_context(position=at, **job)) for at, job in enumerate(jobs, start=1))
    return Round(gate=GateName.YOLO_CONFIG, questions=tuple(questions))


def _schema(shown: Round) -> dict[str, Any]:
    """The schema as Prefect stores it with the pause."""
    model = form_model(shown)
    return create_v2_schema(model.__name__, model_base=model)


def _in_order(properties: dict[str, Any]) -> list[str]:
    """The fields in the order in which the UI shows them."""
    return sorted(properties, key=lambda name: properties[name]["position"])


def _refuses(schema: dict[str, Any], **submitted: Any) -> bool:
    """True if the server would refuse the whole form."""
    try:
        validate(submitted, schema, raise_on_error=True)
    except ValidationError:
        return True
    return False


def test_the_name_comes_first_and_then_one_drop_down_per_job() -> None:
    """In the batch's order, with title, evidence, choices and preset; a section follows its job."""
    shown = _companies({}, {"asked": Details.SEARCH_AGAIN}, {})
    properties = _schema(shown)["properties"]
    assert _in_order(properties) == [
        "decided_by",
        "restaurant_01_v1",
        "restaurant_02_v1",
        "restaurant_02_v1_details",
        "restaurant_03_v1",
    ]
    first, question = properties["restaurant_01_v1"], shown.questions[0]
    assert (first["title"], first["description"], first["default"]) == (
        question.title,
        question.evidence,
        question.preset,
    )
    assert first["enum"] == [choice.label for choice in question.choices]


@pytest.mark.parametrize("asked", [asked for asked in Details if asked is not Details.WHY])
def test_a_section_has_plain_fields_with_what_is_prefilled(asked: Details) -> None:
    """No type switches (`anyOf`), no required fields, all in order."""
    shown = _configs({"asked": asked}) if asked is Details.CHANGE else _companies({"asked": asked})
    schema = _schema(shown)
    section = schema["definitions"]["Details_restaurant_01_v1"]
    assert _in_order(section["properties"]) == [field.name for field in SECTIONS[asked]]
    assert not any("anyOf" in field for field in section["properties"].values())
    assert "required" not in section
    prefilled = shown.questions[0].prefilled
    assert {name: section["properties"][name]["default"] for name in prefilled} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in prefilled.items()
    }


def test_the_section_for_all_comes_before_the_restaurants() -> None:
    """Only at the configuration gate, and only if at least one job is not configured in its own section."""
    properties = _schema(_configs({}, {"asked": Details.CHANGE}))["properties"]
    assert _in_order(properties)[:3] == ["decided_by", "for_all_restaurants", "restaurant_01_v1"]
    assert "for_all_restaurants" not in _schema(_configs({"asked": Details.CHANGE}))["properties"]
    assert "for_all_restaurants" not in _schema(_companies({}))["properties"]


def test_the_section_for_all_is_preset_to_as_proposed() -> None:
    """Every drop-down begins with "As proposed", and the lists of sub-steps are empty."""
    section = _schema(_configs({}))["definitions"]["ForAllRestaurants"]["properties"]
    assert {str(field["default"]) for field in section.values()} == {"As proposed", "[]"}


@pytest.mark.parametrize("name", [None, "", "   ", "x" * 101])
def test_the_server_wants_a_name(name: str | None) -> None:
    """Absent, blank and endless names are refused."""
    assert _refuses(_schema(_companies({})), **({} if name is None else {"decided_by": name}))


def test_the_server_takes_partial_answers_and_refuses_an_old_form() -> None:
    """No job must be decided; a field of an earlier visit, or of another round, is unknown."""
    schema = _schema(_companies({"visit": 2}, {"asked": Details.ENTER_BY_HAND}))
    assert not _refuses(schema, decided_by="Mere")
    assert not _refuses(schema, decided_by="Mere", restaurant_01_v2="No match", restaurant_02_v1_details={"nzbn": "1"})
    assert _refuses(schema, decided_by="Mere", restaurant_01_v1="No match")
    assert _refuses(schema, decided_by="Mere", restaurant_01_v2="No match at all")
    assert _refuses(schema, decided_by="Mere", restaurant_02_v1_details={"iban": "1"})


def test_the_model_accepts_what_the_server_accepts() -> None:
    """A Python validator would fail the run after its answer was accepted: an invalid e-mail is read, and refused
    later.
    """
    shown = _companies({"asked": Details.ENTER_BY_HAND})
    submitted = {
        "decided_by": "Mere",
        "restaurant_01_v1": "Use the details below",
        "restaurant_01_v1_details": {"contact_email": "nobody", "contact_phone": "12"},
    }
    assert not _refuses(_schema(shown), **submitted)
    form_model(shown).model_validate(submitted)
    assert len(read_answers(shown, submitted).refused) == 1


def test_names_with_quotes_macrons_and_bullets_are_choices() -> None:
    """Two companies with one name are two choices."""
    name = 'ŌTAKI "KAI" • O\'NEILL & CO'
    outcome = make_outcome(make_candidate(name, "1"), make_candidate(name, "2"), preselected="2")
    schema = _schema(_companies({"outcome": outcome}))
    assert schema["properties"]["restaurant_01_v1"]["default"] == f"{name} · 2"
    assert not _refuses(schema, decided_by="Mere", restaurant_01_v1=f"{name} · 1")


def test_fifty_restaurants_are_one_form_and_one_submit() -> None:
    """All presets of fifty jobs, as the UI sends them, are accepted and read."""
    outcome = make_outcome(make_candidate("A", "1"), preselected="1")
    shown = _companies(*({"outcome": outcome} for _ in range(50)))
    submitted = {"decided_by": "Mere"} | {question.field: question.preset for question in shown.questions}
    assert not _refuses(_schema(shown), **submitted)
    assert len(read_answers(shown, submitted).answers) == 50


def test_the_form_after_a_crash_is_the_same() -> None:
    """Built from the stored round, with the choices in their order."""
    shown = _configs({}, {"asked": Details.CHANGE})
    assert _schema(Round.model_validate_json(shown.model_dump_json())) == _schema(shown)


def test_a_model_refuses_fields_that_it_does_not_have() -> None:
    """The model and the server refuse the field."""
    with pytest.raises(PydanticError, match="restaurant_02_v1"):
        form_model(_companies({})).model_validate({"decided_by": "Mere", "restaurant_02_v1": "No match"})
