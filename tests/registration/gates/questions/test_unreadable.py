"""Questions about what cannot be read."""

import pytest

from registration.gates.questions.company import company_question
from registration.gates.questions.contexts import UnreadableContext
from registration.gates.questions.unreadable import ask_about
from registration.gates.rounds import Details
from tests.registration.gates.questions.make import make_company_context


def test_a_case_that_makes_no_question_becomes_one_that_cannot_be_read() -> None:
    """What the gate does not ask for was stored by something else; the field is the same as it would have been."""
    context, question = ask_about(make_company_context(asked=Details.CHANGE, visit=3), company_question)
    assert isinstance(context, UnreadableContext)
    assert question.field == "restaurant_01_v3"
    assert question.evidence == "**Its data cannot be read:** the company gate does not ask for change"


def test_a_mistake_of_ours_is_not_taken_for_bad_data() -> None:
    """Only what a rule refuses is."""
    with pytest.raises(AttributeError):
        ask_about(make_company_context(outcome=7), company_question)
