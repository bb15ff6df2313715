"""A gate's form is read from its schema alone."""

from dev.gate_forms.schema import read_form
from registration.gates.rounds import Details
from tests.dev.demo.forms import company_schema, config_schema


def test_each_restaurant_is_a_question_with_what_it_shows() -> None:
    """Title, evidence, options and preset; the person's name and fields for all restaurants are left out."""
    [question] = read_form(company_schema({"restaurant_name": "Saffron Lane", "city": "Christchurch"}))
    assert question.title == "Saffron Lane (Christchurch)"
    assert question.labels[:3] == ("TEXAS CHICKEN LIMITED · 1001", "TEXAS LIMITED · 1002", "No match")
    assert question.preset == "Decide later"
    assert "register.example" in question.evidence
    assert not question.has_details
    assert [question.field for question in read_form(config_schema({}, {}))] == ["restaurant_01_v1", "restaurant_02_v1"]


def test_a_section_belongs_to_its_restaurant() -> None:
    """Only the restaurant whose details are to be typed in has a section."""
    plain, by_hand = read_form(company_schema({}, {"asked": Details.ENTER_BY_HAND}))
    assert not plain.has_details
    assert by_hand.has_details
    assert by_hand.preset == "Use the details below"
    assert by_hand.details_field == "restaurant_02_v1_details"
