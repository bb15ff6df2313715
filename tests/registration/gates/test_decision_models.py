"""Answers of people: what they hold is read as texts from outside are everywhere."""

from registration.companies.models import RegisterQuery
from registration.gates.decisions import ConfirmQuery, SearchAgain
from registration.kit.corrections import describe_corrections


def test_what_is_said_to_be_read_otherwise_in_a_query_is_searched_so() -> None:
    """Entities are characters, and the postcode that a spreadsheet took for a number has its zero again."""
    given = {"name": "Fish &amp; Chips", "street": "1 Queen\u200b  St", "city": "Auckland 110"}
    for answer in (ConfirmQuery.model_validate({"query": given}), SearchAgain.model_validate({"query": given})):
        assert answer.query == RegisterQuery(name="Fish & Chips", street="1 Queen St", city="Auckland 0110")
    assert describe_corrections({"query": given}) == (
        "name: HTML entities in 'Fish &amp; Chips' are read as 'Fish & Chips'",
        "city: the postcode in 'Auckland 110' was saved as a number and is read as 'Auckland 0110'",
    )
