"""Reading a gate's form from its schema alone."""

from dev.gate_forms.schema import Detail, read_form
from registration.gates.rounds import Details
from tests.dev.demo.forms import company_schema, config_schema


def test_each_restaurant_is_a_question_with_what_it_shows() -> None:
    """Title, evidence, choices and preset; who decides and what is for all are not among them."""
    [question] = read_form(company_schema({"restaurant_name": "Saffron Lane", "city": "Christchurch"}))
    assert question.title == "Saffron Lane (Christchurch)"
    assert question.labels[:3] == ("TEXAS CHICKEN LIMITED · 1001", "TEXAS LIMITED · 1002", "No match")
    assert question.preset == "Decide later"
    assert "register.example" in question.evidence
    assert question.details == ()
    assert [one.field for one in read_form(config_schema({}, {}))] == ["restaurant_01_v1", "restaurant_02_v1"]


def test_a_section_belongs_to_its_restaurant() -> None:
    """Its fields come in the form's order, with what they are prefilled with."""
    plain, asked = read_form(company_schema({}, {"asked": Details.ENTER_BY_HAND, "known": {"contact_name": "Pia"}}))
    assert (plain.details, asked.preset, asked.details_field) == (
        (),
        "Use the details below",
        "restaurant_02_v1_details",
    )
    assert asked.details[0] == Detail("contact_name", "Contact name", "Details by hand need it.", (), "Pia")


def test_a_section_has_texts_flags_choices_and_lists() -> None:
    """Each kind of field is told from the others by what it holds and offers."""
    [question] = read_form(config_schema({"asked": Details.CHANGE}))
    details = {detail.name: detail for detail in question.details}
    assert details["include_stripe_link"].shown in (True, False)
    assert details["theme"].shown in details["theme"].labels
    assert isinstance(details["steps"].shown, tuple)
    assert "menuImport" in details["steps"].labels
    assert details["city"].labels == ()
