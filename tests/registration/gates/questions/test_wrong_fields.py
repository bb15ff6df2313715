"""What is wrong in a section, in the words of its form."""

import pytest
from pydantic import ValidationError

from registration.companies.models import RegisterQuery
from registration.configuration.models import YoloConfig
from registration.gates.decisions import ManualCompany
from registration.gates.questions.sections import describe_errors
from registration.gates.rounds import Details


def test_a_field_is_called_by_its_title() -> None:
    """Every wrong one is told."""
    with pytest.raises(ValidationError) as raised:
        ManualCompany.model_validate({"contact_phone": "12"})
    contact, phone = describe_errors(Details.ENTER_BY_HAND, raised.value).split("; ")
    assert contact == "Contact name: is missing"
    assert phone.startswith("Contact phone: '12' is not a New Zealand phone number")


def test_a_field_that_fills_two_places_is_told_once() -> None:
    """One e-mail is that of the account and of the onboarding user."""
    bad = {"account": {"email": "nobody"}, "onboarding": {"user_email": "nobody"}}
    with pytest.raises(ValidationError) as raised:
        YoloConfig.model_validate(bad | {"website": {"nav_logo_dark_tint": "pink"}})
    reasons = describe_errors(Details.CHANGE, raised.value).split("; ")
    assert [reason.partition(":")[0] for reason in reasons] == ["E-mail", "Navigation logo on dark"]


def test_what_no_field_fills_keeps_its_name() -> None:
    """A reason of our own is told as it is."""
    with pytest.raises(ValidationError) as raised:
        RegisterQuery.model_validate({"name": "KFC", "country": "NZ"})
    assert describe_errors(Details.SEARCH_AGAIN, raised.value).startswith("country: ")
    assert describe_errors(Details.SEARCH_AGAIN, ValueError("say by what")) == "say by what"
