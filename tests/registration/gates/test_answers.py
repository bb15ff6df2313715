"""Reading what a form was submitted with."""

from typing import Any
from uuid import uuid4

import pytest

from registration.companies.models import RegisterQuery
from registration.gates.decisions import Change, ChooseCompany, EnterByHand, GoAhead, SearchAgain
from registration.gates.form_answers import read_answers
from registration.gates.questions.company import company_question
from registration.gates.questions.config import config_question
from registration.gates.rounds import Details, Question, Reading, Round
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SubStepName
from tests.registration.gates.questions.make import make_company_context, make_config_context


def _companies(*jobs: dict[str, Any]) -> Round:
    questions = (company_question(make_company_context(position=at, **job)) for at, job in enumerate(jobs, start=1))
    return _stored(Round(gate=GateName.COMPANY_SELECTION, questions=tuple(questions)))


def _configs(*jobs: dict[str, Any]) -> Round:
    questions = (config_question(make_config_context(position=at, **job)) for at, job in enumerate(jobs, start=1))
    return _stored(Round(gate=GateName.YOLO_CONFIG, questions=tuple(questions)))


def _stored(shown: Round) -> Round:
    """The round as it comes back from the database after a crash."""
    return Round.model_validate_json(shown.model_dump_json())


def _read(shown: Round, **raw: Any) -> Reading:
    return read_answers(shown, {"decided_by": "Mere"} | raw)


def _reasons(reading: Reading) -> list[str]:
    return [refused.reason for refused in reading.refused]


def test_decided_jobs_are_answered_and_the_others_decide_later() -> None:
    """An absent field is no answer, even if something is preselected; nor is "Decide later"."""
    shown = _companies({}, {}, {})
    round_id = uuid4()
    raw = {"decided_by": " Mere ", "restaurant_01_v1": "TEXAS LIMITED · 1002", "restaurant_03_v1": "Decide later"}
    reading = read_answers(shown, raw, round_id)
    [given] = reading.answers
    assert (given.job_id, given.visit, given.round_id) == (shown.questions[0].job_id, 1, round_id)
    assert (given.answer, given.decided_by, given.channel) == (ChooseCompany(company_number="1002"), "Mere", "prefect")
    assert reading.refused == ()


def test_an_answer_that_was_not_offered_is_refused_alone() -> None:
    """The other answers of the form count."""
    reading = _read(_companies({}, {}), restaurant_01_v1="SOMEBODY · 9", restaurant_02_v1="No match")
    assert [given.answer.kind for given in reading.answers] == ["no_match"]
    assert _reasons(reading) == ["'SOMEBODY · 9' was not offered"]
    assert reading.refused[0].answer == {"choice": "SOMEBODY · 9"}


@pytest.mark.parametrize("name", [None, "", " \x00", 7, "x" * 301])
def test_answers_without_a_name_do_not_count(name: object) -> None:
    """Every decision has a name; "decide later" needs none."""
    raw = {"decided_by": name, "restaurant_01_v1": "No match", "restaurant_02_v1": "Decide later"}
    reading = read_answers(_companies({}, {}), raw)
    assert reading.answers == ()
    assert _reasons(reading) == ["the name of the person who decided is missing"]
    assert reading.refused[0].decided_by == "nobody named"


def test_an_emptied_text_is_empty() -> None:
    """Prefect's UI leaves out what a person emptied: the street is then not searched."""
    shown = _companies({"asked": Details.SEARCH_AGAIN})
    label = "Search with the details below"
    [given] = _read(shown, restaurant_01_v1=label, restaurant_01_v1_details={"name": "Tex  Mex "}).answers
    assert given.answer == SearchAgain(query=RegisterQuery(name="Tex Mex"))
    emptied = _read(shown, restaurant_01_v1=label, restaurant_01_v1_details={})
    assert _reasons(emptied) == ["name and street are both empty: there is nothing to search by"]


def test_an_absent_section_is_as_it_was_shown() -> None:
    """A program may answer with the choice alone."""
    [given] = _read(
        _companies({"asked": Details.CONFIRM_QUERY}), restaurant_01_v1="Search with the details below"
    ).answers
    query = RegisterQuery(name="Texas Chicken", street="12 Queen Street", city="Auckland")
    assert (given.answer.kind, getattr(given.answer, "query", None)) == ("confirm_query", query)


def test_details_by_hand_that_break_a_rule_are_refused_with_every_reason() -> None:
    """What was typed is kept, to be shown again."""
    shown = _companies({"asked": Details.ENTER_BY_HAND}, {"asked": Details.ENTER_BY_HAND})
    label = "Use the details below"
    reading = _read(
        shown,
        restaurant_01_v1=label,
        restaurant_01_v1_details={"contact_email": "joe@", "contact_phone": "12"},
        restaurant_02_v1=label,
        restaurant_02_v1_details={"contact_name": "Joe", "contact_email": "Joe@joes.nz"},
    )
    [given] = reading.answers
    assert isinstance(given.answer, EnterByHand)
    assert given.answer.details is not None
    assert given.answer.details.contact_email == "joe@joes.nz"
    [reason] = _reasons(reading)
    assert [part.partition(":")[0] for part in reason.split("; ")] == [
        "Contact name",
        "Contact e-mail",
        "Contact phone",
    ]
    assert reading.refused[0].typed["contact_email"] == "joe@"


def test_details_of_a_job_that_chose_otherwise_do_not_matter() -> None:
    """A candidate can still be picked in a round of details."""
    shown = _companies({"asked": Details.ENTER_BY_HAND})
    reading = _read(
        shown, restaurant_01_v1="TEXAS LIMITED · 1002", restaurant_01_v1_details={"contact_email": "nonsense"}
    )
    assert [given.answer for given in reading.answers] == [ChooseCompany(company_number="1002")]


def test_what_is_said_for_all_goes_with_every_proposal() -> None:
    """The layer is part of `Go ahead as proposed` and of `Change…`, and of nothing else."""
    reading = _read(
        _configs({}, {}, {}),
        for_all_restaurants={
            "theme": "Dark",
            "item_layout": "As proposed",
            "header_image_source": "Ubereats OG image",
            "card_text_color": "Primary",
            "include_stripe_link": "Include",
            "steps_off": ["itemTags"],
            "steps_on": ["optionSets"],
        },
        restaurant_01_v1="Go ahead as proposed",
        restaurant_02_v1="Change…",
        restaurant_03_v1="Leave this restaurant out",
    )
    first, second, third = (given.answer for given in reading.answers)
    assert isinstance(first, GoAhead)
    assert first.for_all.website.model_dump(exclude_none=True, mode="json") == {
        "theme": "dark",
        "header_image_source": "ubereats_og_image",
        "card_text_color": {"choice": "primary"},
    }
    assert first.for_all.payment.include_stripe_link is True
    assert first.for_all.steps_enabled == {SubStepName.ITEM_TAGS: False, SubStepName.OPTION_SETS: True}
    assert second == Change(for_all=first.for_all)
    assert third.kind == "leave_out"


def test_nothing_said_for_all_is_an_empty_layer() -> None:
    """`As proposed` everywhere, or no section at all."""
    [given] = _read(_configs({}), restaurant_01_v1="Go ahead as proposed").answers
    assert given.answer == GoAhead(proposed=make_config_context().config)


def test_a_contradiction_for_all_refuses_what_it_would_be_laid_over() -> None:
    """Who is left out is left out all the same."""
    reading = _read(
        _configs({}, {}),
        for_all_restaurants={"steps_off": ["itemTags"], "steps_on": ["itemTags"]},
        restaurant_01_v1="Go ahead as proposed",
        restaurant_02_v1="Leave this restaurant out",
    )
    assert [given.answer.kind for given in reading.answers] == ["leave_out"]
    assert _reasons(reading) == ["for all restaurants: itemTags: both to run and not to run"]


def test_a_job_with_its_own_section_is_configured_there() -> None:
    """What is said for all does not change what a person saw in the section."""
    shown = _configs({"asked": Details.CHANGE}, {})
    reading = _read(
        shown,
        for_all_restaurants={"theme": "Dark"},
        restaurant_01_v1="Go ahead with the details below",
        restaurant_01_v1_details=_section(shown.questions[0]) | {"primary_color": "#123456"},
    )
    [given] = reading.answers
    assert isinstance(given.answer, Change)
    assert given.answer.config is not None
    assert (given.answer.config.website.theme, given.answer.config.website.primary_color) == ("light", "#123456")


def test_a_bad_value_of_a_configuration_is_refused() -> None:
    """Each with the place of the value."""
    shown = _configs({"asked": Details.CHANGE}, {"asked": Details.CHANGE}, {"asked": Details.CHANGE})
    label = "Go ahead with the details below"
    bad = [{"primary_color": "red"}, {"opening_hours": "when Bob is up"}, {"menu": "Version 9"}]
    raw: dict[str, Any] = {}
    for question, values in zip(shown.questions, bad, strict=True):
        raw |= {question.field: label, question.details_field: _section(question) | values}
    assert _reasons(_read(shown, **raw)) == [
        "Primary colour: a colour is written #rrggbb, not 'red'",
        "'when Bob is up' is not understood; write it as Mon-Fri 11:00-21:30 or Sun closed",
        "menu: 'Version 9' was not offered",
    ]


@pytest.mark.parametrize("field", ["restaurant_01_v1_details", "for_all_restaurants"])
@pytest.mark.parametrize("value", ["text", {"steps": "itemTags", "steps_off": 7}])
def test_what_is_no_section_is_refused_not_crashed_on(field: str, value: object) -> None:
    """Stored input is read again after every crash: it must never be what crashes."""
    shown = _configs({"asked": Details.CHANGE} if field.endswith("details") else {})
    reading = _read(shown, restaurant_01_v1=shown.questions[0].preset, **{field: value})
    assert (reading.answers, len(reading.refused)) == ((), 1)


def test_what_the_database_cannot_keep_is_left_out() -> None:
    """Control characters and lone surrogates in what was typed do not stop the others from being recorded."""
    reading = _read(_companies({}), restaurant_01_v1="x\x00\ud800y")
    assert reading.refused[0].answer == {"choice": "xy"}


def _section(question: Question) -> dict[str, Any]:
    """The section as Prefect's UI sends it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in question.prefilled.items()}
