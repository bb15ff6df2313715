"""What is asked at the company gate."""

import pytest

from registration.companies.models import RegisterQuery, SourceOutcome, SourceState
from registration.gates.decisions import ChooseCompany, ConfirmQuery, EnterByHand, LeaveOut, NoMatch, SearchAgain
from registration.gates.questions.company import company_question
from registration.gates.questions.facts import candidate_facts
from registration.gates.rounds import Details, Question
from tests.registration.gates.questions.make import make_candidate, make_company_context, make_outcome


def _labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def test_candidates_come_first_and_then_the_ways_out() -> None:
    """The drop-down has the candidates, best first, and then what else can be done."""
    question = company_question(make_company_context(position=7, visit=3))
    assert (question.field, question.title) == ("restaurant_07_v3", "Texas Chicken (Henderson)")
    assert {choice.label: choice.answer for choice in question.choices} == {
        "TEXAS CHICKEN LIMITED · 1001": ChooseCompany(company_number="1001"),
        "TEXAS LIMITED · 1002": ChooseCompany(company_number="1002"),
        "No match": NoMatch(),
        "Search again…": SearchAgain(),
        "Enter by hand…": EnterByHand(),
        "Decide later": None,
        "Leave this restaurant out": LeaveOut(),
    }
    assert _labels(question)[:2] == ["TEXAS CHICKEN LIMITED · 1001", "TEXAS LIMITED · 1002"]
    assert question.preset == "Decide later"


def test_the_clearly_best_candidate_is_preselected() -> None:
    """One look and one click settle a clear case."""
    outcome = make_outcome(make_candidate("A", "1"), make_candidate("A", "2"), preselected="2")
    question = company_question(make_company_context(outcome=outcome))
    assert question.preset == "A · 2"
    assert _labels(question)[:2] == ["A · 1", "A · 2"]


def test_a_company_that_is_preselected_but_gone_is_not() -> None:
    """What is not among the choices cannot be preselected."""
    assert company_question(make_company_context(outcome=make_outcome(preselected="9"))).preset == "Decide later"


@pytest.mark.parametrize("city,title", [(None, "KFC"), (" ", "KFC"), ("Ōtaki", "KFC (Ōtaki)")])
def test_the_title_is_name_and_city(city: str | None, title: str) -> None:
    """Without a city the name stands alone."""
    assert company_question(make_company_context(restaurant_name="KFC", city=city)).title == title


def test_the_evidence_shows_everything_that_is_known_of_a_candidate() -> None:
    """What was searched, and per candidate its link, address, status, scores, names and other restaurants."""
    candidate = make_candidate("TEXAS LIMITED", "1002", trading_names=("Tex",), previous_names=("OLD",))
    context = make_company_context(outcome=make_outcome(candidate), shared={"1002": ("Texas Chicken Manukau",)})
    searched, found = company_question(context).evidence.split("\n\n")
    assert searched == "Searched: **Texas Chicken** · **12 Queen Street Auckland**"
    assert found == (
        "**TEXAS LIMITED** · [1002](<https://register.example/companies/app/ui/pages/companies/1002/detail>) · "
        "12 Queen Street, Auckland · Registered · score **92** (name 95, address 80) · trading as Tex · "
        "formerly OLD · also found for **Texas Chicken Manukau**"
    )


def test_why_no_more_is_known_of_a_candidate_is_said() -> None:
    """Its entry could not be read: without the reason its missing address would speak against it."""
    candidate = make_candidate("TEXAS LIMITED", "1002", not_read="it is of company 7 [x]")
    context = make_company_context(outcome=make_outcome(candidate))
    assert company_question(context).evidence.endswith("its entry could not be read: it is of company 7 \\[x\\]")
    assert candidate_facts(context, candidate)["not read"] == "it is of company 7 [x]"


def test_a_search_by_one_thing_alone_says_so() -> None:
    """Without a street there is no search by address."""
    evidence = company_question(make_company_context(query=RegisterQuery(name="KFC"))).evidence
    assert evidence.startswith("Searched by name only: **KFC**\n\n")


def test_what_every_company_has_is_told_quietly_and_what_is_wrong_is_not() -> None:
    """The country is told of a foreign address only; a company that is no more stands out."""
    gone = make_candidate("A", "1", registered_address="1 Queen Street, Auckland, New Zealand", status="Removed")
    abroad = make_candidate("B", "2", registered_address="1 George Street, Sydney, Australia")
    evidence = company_question(make_company_context(outcome=make_outcome(gone, abroad))).evidence
    assert "1 Queen Street, Auckland · **Removed** · " in evidence
    assert "1 George Street, Sydney, Australia · Registered · " in evidence


def test_the_evidence_begins_with_what_went_wrong() -> None:
    """A refused answer, a failed search and a failed source are said before anything else."""
    outcome = make_outcome(
        by_name=SourceOutcome(state=SourceState.FAILED, error="the page has changed"),
        by_address=SourceOutcome(state=SourceState.NOT_OFFERED),
    )
    context = make_company_context(outcome=outcome, refused="company 9 is gone", search_error="the register is away")
    blocks = company_question(context).evidence.split("\n\n")
    assert blocks[:2] == [
        "**Your last answer was not taken:** company 9 is gone",
        "**The last search failed:** the register is away",
    ]
    assert blocks[3:] == [
        "**The search by name failed:** the page has changed",
        "The search by address is not offered by this register.",
        "No candidates.",
    ]


def test_texts_from_outside_are_only_text() -> None:
    """Names cannot make markup, HTML, links or further paragraphs."""
    name = "<b>X</b>\n\n# [y](javascript:z) *w* www.evil.com"
    question = company_question(make_company_context(outcome=make_outcome(make_candidate(name, "1"))))
    assert r"**\<b\>X\</b\> \# \[y\]\(javascript\:z\) \*w\* www\.evil\.com**" in question.evidence
    assert question.choices[0].label == "<b>X</b> # [y](javascript:z) *w* www.evil.com · 1"


def test_a_search_again_asks_for_the_query_and_still_offers_the_candidates() -> None:
    """The section is prefilled with what was searched, and a person may still pick what was found."""
    question = company_question(make_company_context(asked=Details.SEARCH_AGAIN))
    assert question.preset == _labels(question)[0] == "Search with the details below"
    assert question.prefilled == {"name": "Texas Chicken", "street": "12 Queen Street", "city": "Auckland"}
    assert "TEXAS LIMITED · 1002" in _labels(question)
    assert "Search again…" not in _labels(question)


def test_details_by_hand_begin_with_what_is_known() -> None:
    """What the restaurant has is prefilled; what was typed and refused before lies over it."""
    known = {"contact_name": "Joe", "contact_email": None, "company_name": "JOES"}
    typed = {"contact_email": "joe@", "company_name": ""}
    question = company_question(make_company_context(asked=Details.ENTER_BY_HAND, known=known, typed=typed))
    assert question.preset == "Use the details below"
    assert question.prefilled == {"contact_name": "Joe", "contact_email": "joe@", "company_name": ""}
    assert "Enter by hand…" not in _labels(question)


def test_a_query_to_confirm_offers_no_match_with_nothing() -> None:
    """Before the first search there is nothing that could match."""
    question = company_question(make_company_context(asked=Details.CONFIRM_QUERY, outcome=None))
    assert _labels(question) == [
        "Search with the details below",
        "Enter by hand…",
        "Decide later",
        "Leave this restaurant out",
    ]
    assert question.evidence.startswith("To be searched: ")


def test_a_query_that_could_not_be_cleaned_is_confirmed_from_the_name() -> None:
    """A missing query does not take the form from the other restaurants."""
    question = company_question(make_company_context(asked=Details.CONFIRM_QUERY, outcome=None, query=None))
    assert question.choices[0].answer == ConfirmQuery(query=RegisterQuery(name="Texas Chicken"))
    assert question.prefilled["name"] == "Texas Chicken"


def test_the_company_gate_does_not_ask_for_configurations() -> None:
    """Asking for the other gate's details is a mistake of ours."""
    with pytest.raises(ValueError, match="does not ask for change"):
        company_question(make_company_context(asked=Details.CHANGE))


def test_of_a_clear_case_only_the_best_three_are_told() -> None:
    """All can be chosen all the same; where nothing is clear, all are told."""
    candidates = [make_candidate(f"COMPANY {number}", str(number)) for number in range(1, 6)]
    clear = company_question(make_company_context(outcome=make_outcome(*candidates, preselected="1")))
    assert clear.evidence.count("COMPANY") == 3
    assert clear.evidence.endswith("And 2 more with lower scores.")
    assert len([label for label in _labels(clear) if " · " in label]) == 5
    assert company_question(make_company_context(outcome=make_outcome(*candidates))).evidence.count("COMPANY") == 5
