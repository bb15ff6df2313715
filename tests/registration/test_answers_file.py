"""Decisions from a file: good rows count, and all bad ones are named."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from registration.answers_columns import COLUMNS
from registration.answers_file import AnswersFile, read_answers_file
from registration.errors import BadFile
from registration.models.company import RegisterQuery
from registration.models.decisions import (
    Change,
    ChooseCompany,
    EnterByHand,
    GateName,
    GivenAnswer,
    GoAhead,
    ManualCompany,
    NoMatch,
    SearchAgain,
)
from registration.models.waiting import WaitingJob
from registration.models.yolo_config import YoloConfig
from registration.proposals import propose
from registration.sub_steps import SubStepName
from tests.registration.questions.make import MENU, make_restaurant

JOB_ID = UUID("00000000-0000-4000-8000-0000000000ab")


def _waiting(restaurant: str, gate: GateName = GateName.COMPANY_SELECTION, **values: Any) -> WaitingJob:
    defaults: dict[str, Any] = {"job_id": uuid4(), "gate": gate, "visit": 2, "restaurant_id": uuid4()}
    return WaitingJob(restaurant=restaurant, **defaults | values)


def _configured(restaurant: str) -> WaitingJob:
    return _waiting(restaurant, GateName.YOLO_CONFIG, proposed=propose(make_restaurant(), MENU).config)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the test's decisions are."""
    return tmp_path / "decisions.csv"


def _csv(file: Path, text: str, *waiting: WaitingJob) -> AnswersFile:
    file.write_text(text, encoding="utf-8-sig")
    return read_answers_file(file, waiting, "Mere")


def _json(file: Path, content: object, *waiting: WaitingJob) -> AnswersFile:
    path = file.with_suffix(".json")
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_answers_file(path, waiting, "Mere")


def _config(given: GivenAnswer) -> YoloConfig:
    assert isinstance(given.answer, Change)
    assert given.answer.config is not None
    return given.answer.config


def _errors(read: AnswersFile) -> list[str]:
    return [str(error) for error in read.errors]


def test_a_row_answers_the_waiting_visit(file: Path) -> None:
    """The answer carries job, gate, visit, person and door."""
    job = _waiting("Ōtaki Kai")
    [given] = _csv(file, "restaurant,answer,company_number\nōtaki  kai,company,1001\n", job).given
    assert (given.job_id, given.gate, given.visit) == (job.job_id, job.gate, 2)
    assert (given.answer, given.decided_by, given.door) == (ChooseCompany(company_number="1001"), "Mere", "cli")


@pytest.mark.parametrize("name", ["Jāx", " jāx ", "Ja\N{COMBINING MACRON}x", "A-7", str(JOB_ID), str(JOB_ID).upper()])
def test_a_restaurant_is_known_by_its_name_and_ids(file: Path, name: str) -> None:
    """Capitals and blanks do not matter, nor how a macron was typed."""
    read = _csv(file, f"restaurant,answer\n{name},no_match\n", _waiting("Jāx", job_id=JOB_ID, external_id="A-7"))
    assert [given.answer for given in read.given] == [NoMatch()]


def test_a_restaurant_of_a_common_name_is_named_by_its_job(file: Path) -> None:
    """Two restaurants of one name: the error says which jobs there are."""
    first, second = _waiting("KFC"), _waiting("KFC")
    read = _csv(file, f"restaurant,answer\nKFC,no_match\n{second.job_id},no_match\n", first, second)
    assert [given.job_id for given in read.given] == [second.job_id]
    ids = f"{first.job_id}, {second.job_id}"
    assert _errors(read) == [f"line 2: several restaurants are called 'KFC'; name one of the jobs {ids}"]


def test_all_bad_rows_are_reported_at_once_in_their_order(file: Path) -> None:
    """Whatever is wrong with them; the good rows are given all the same."""
    text = (
        "restaurant,gate,answer,company_number,name,contact_email\n"
        "Max,,go_ahead,,,\n"
        "Nobody,,no_match,,,\n"
        "Jax,,no_match,,,\n"
        "Jax,,leave_out,,,\n"
        "Tex,yolo-config,no_match,,,\n"
        "Tex,gate 3,no_match,,,\n"
        "Tex,,company,,,\n"
        "Tex,,no_match,1001,,\n"
        "Tex,,,1001,,\n"
        ",,no_match,,,\n"
        "Tex,,enter_by_hand,,,nobody\n"
        "Tex,no_match\n"
    )
    read = _csv(file, text, _waiting("Jax"), _waiting("Max"), _waiting("Tex"))
    assert [given.answer for given in read.given] == [NoMatch()]
    kinds = "confirm_query, company, no_match, search_again, enter_by_hand, leave_out"
    assert _errors(read) == [
        f"line 2: 'go_ahead' is no answer at company-selection; its answers are {kinds}",
        "line 3: no restaurant 'Nobody' waits for an answer in this batch",
        "line 5: 'Jax' is answered already, at line 4",
        "line 6: 'Tex' does not wait at yolo-config but at company-selection",
        "line 7: 'gate 3' is no gate; the gates are company-selection, yolo-config",
        "line 8: company_number: is missing",
        "line 9: no_match does not use company_number",
        "line 10: answer is missing, but company_number is filled in",
        "line 11: restaurant is missing",
        (
            "line 12: details.contact_name: is missing; details.contact_email: value is not a valid email address: "
            "An email address must have an @-sign."
        ),
        "line 13: has 2 cells, the header has 6",
    ]


def test_a_blank_answer_decides_later(file: Path) -> None:
    """A list of all restaurants can be filled in bit by bit; a row that is no answer yet is no second answer."""
    read = _csv(file, "restaurant,answer\nJax,\nJax,no_match\n", _waiting("Jax"))
    assert (len(read.given), read.errors) == (1, ())


def test_search_again_with_and_without_its_query(file: Path) -> None:
    """A blank name is not searched by; without any of the three the query is asked for, and an empty one is refused."""
    rows = "Jax,search_again,,1 Queen St,\nMax,search_again,,,\nTex,search_again,,,Nelson\n"
    read = _csv(file, f"restaurant,answer,name,street,city\n{rows}", _waiting("Jax"), _waiting("Max"), _waiting("Tex"))
    assert [given.answer for given in read.given] == [
        SearchAgain(query=RegisterQuery(street="1 Queen St")),
        SearchAgain(),
    ]
    assert _errors(read) == ["line 4: name and street are both empty: there is nothing to search by"]


def test_a_change_is_laid_over_the_proposal(file: Path) -> None:
    """Blank cells stay as proposed; a text colour that follows the theme follows the new one; capitals are taken."""
    header = "restaurant,answer,email,phone,opening_hours,theme,cuisines,header_image,stripe_link,steps_off"
    row = "Jax,change,New@jax.co.nz,,daily 10:00-20:00,Dark,Fish; Chips,none,Yes,itemTags;optionSets"
    [given] = _csv(file, f"{header}\n{row}\n", _configured("Jax")).given
    config = _config(given)
    assert (config.account.email, config.onboarding.user_email) == ("new@jax.co.nz", "new@jax.co.nz")
    assert (config.restaurant.phone, config.restaurant.opening_hours[0].hours.open) == ("+6493791234", "10:00")
    website = config.website
    assert (website.theme, website.cuisines, website.primary_color) == ("dark", ("Fish", "Chips"), "#aa0000")
    assert (website.nav_text_color.choice, website.configure_header) == ("white", False)
    assert config.payment.include_stripe_link
    assert config.steps_enabled == set(SubStepName) - {SubStepName.ITEM_TAGS, SubStepName.OPTION_SETS}


@pytest.mark.parametrize("number", ["1234567.0", "１２３４５６７", "'1234567"])
def test_a_company_number_that_a_spreadsheet_wrote_otherwise_is_read(file: Path, number: str) -> None:
    """As the answer itself, and in its column."""
    rows = f"restaurant,answer,company_number,visit\nJax,{number},,2.0\nMax,company,{number},2\n"
    read = _csv(file, rows, _waiting("Jax"), _waiting("Max"))
    assert read.errors == ()
    assert [one.answer for one in read.given] == [ChooseCompany(company_number="1234567")] * 2


def test_a_phone_that_a_spreadsheet_spoilt_is_nobody_elses(file: Path) -> None:
    """Rounded it is refused; without its 0 it is read, with a remark. So are entities."""
    waiting = [_waiting(name) for name in ("Jax", "Max", "Pia")]
    rows = (
        "restaurant,answer,contact_name,contact_phone\nJax,enter_by_hand,Pia &amp; Co,211234567\n"
        "Max,enter_by_hand,Max,64211200000\nPia,enter_by_hand,Pia,#####\n"
    )
    read = _csv(file, rows, *waiting)
    [answer] = [one.answer for one in read.given]
    assert isinstance(answer, EnterByHand)
    assert answer.details == ManualCompany(contact_name="Pia & Co", contact_phone="+64211234567")
    assert [str(remark).partition(": ")[2].partition(":")[0] for remark in read.remarks] == [
        "contact_name",
        "contact_phone",
    ]
    assert [error.place for error in read.errors] == ["line 3", "line 4"]


def test_excels_line_and_empty_columns_are_taken(file: Path) -> None:
    """As in a list of restaurants."""
    read = _csv(file, "sep=;\nrestaurant;answer;;\nJax;no_match;;\n", _waiting("Jax"))
    assert (read.errors, [one.answer for one in read.given]) == ((), [NoMatch()])


def test_a_number_that_a_spreadsheet_shortened_is_refused(file: Path) -> None:
    """It would be kept as the number of another company."""
    rows = "Jax,enter_by_hand,Pia,9.42905E+12\nMax,1E+6,,\n"
    read = _csv(file, f"restaurant,answer,contact_name,nzbn\n{rows}", _waiting("Jax"), _waiting("Max"))
    assert [error.split(":")[0:2] for error in _errors(read)] == [
        ["line 2", " nzbn 9.42905E+12"],
        ["line 3", " answer 1E+6"],
    ]


@pytest.mark.parametrize(
    "column,value,reason",
    [
        ("stripe_link", "maybe", "stripe_link is yes or no, not 'maybe'"),
        ("primary_color", "red", "config.website.primary_color: a colour is written #rrggbb, not 'red'"),
        ("steps_off", "coffee", "config.steps_enabled.coffee.[key]: "),
        ("opening_hours", "always", "'always' is not understood"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused(file: Path, column: str, value: str, reason: str) -> None:
    """With the reason, like every bad row."""
    [error] = _errors(_csv(file, f"restaurant,answer,{column}\nJax,change,{value}\n", _configured("Jax")))
    assert error.startswith(f"line 2: {reason}")


def test_json_takes_every_answer_of_the_models(file: Path) -> None:
    """Jobs by id or name; part of a configuration is enough."""
    jax, max_, tex = _configured("Jax"), _configured("Max"), _waiting("Tex")
    read = _json(
        file,
        [
            {
                "job": str(jax.job_id),
                "answer": {"kind": "change", "config": {"website": {"nav_text_color": "#FF8800"}}},
            },
            {"restaurant": "Max", "answer": {"kind": "go_ahead", "for_all": {"website": {"theme": "dark"}}}},
            {"restaurant": "Tex", "gate": "company-selection", "answer": {"kind": "company", "company_number": "1"}},
        ],
        jax,
        max_,
        tex,
    )
    assert read.errors == ()
    changed, ahead, chosen = read.given
    website = _config(changed).website
    assert (website.nav_text_color.colour, website.primary_color) == ("#ff8800", "#aa0000")
    assert isinstance(ahead.answer, GoAhead)
    assert ahead.answer.for_all.website.theme == "dark"
    assert chosen.answer == ChooseCompany(company_number="1")


def test_bad_items_of_json_are_named_by_their_place(file: Path) -> None:
    """Missing and unknown fields, and answers that are none."""
    items = [
        {"restaurant": "Jax"},
        {"restaurant": "Jax", "job": "x", "answer": {"kind": "no_match"}},
        {"answer": {"kind": "no_match"}},
        {"restaurant": "Jax", "answer": {"kind": "no_match", "why": "x"}},
        {"restaurant": "Jax", "answer": {}, "password": "x"},
        "Jax",
    ]
    assert _errors(_json(file, items, _waiting("Jax"))) == [
        "item 1: answer: is missing",
        "item 2: no restaurant 'x' waits for an answer in this batch",
        "item 3: restaurant is missing",
        "item 4: why: is not a known field",
        "item 5: password: is not a known field",
        "item 6: Input should be a valid dictionary or instance of _Item",
    ]


@pytest.mark.parametrize(
    "content,error", [("[\n{]", "line 2: is not valid JSON"), ("{}", "line 1: the file must be a list")]
)
def test_json_that_is_no_list_is_an_error(file: Path, content: str, error: str) -> None:
    """With the line, as far as there is one."""
    [found] = _errors(_json(file, content))
    assert found.startswith(error)


@pytest.mark.parametrize(
    "text,errors",
    [
        ("", ["line 1: the file is empty"]),
        ('restaurant,answer\n"Jax', ["line 1: the file is not valid CSV (unexpected end of data)"]),
        ("restaurant,gate,gate\n", ["line 1: 'gate' stands twice", "line 1: 'answer' is required"]),
        (
            "restaurant,answer,password\n",
            ["line 1: 'password' is not a known column; known are restaurant, job, gate, visit, answer"],
        ),
    ],
)
def test_csv_without_a_proper_header_is_an_error(file: Path, text: str, errors: list[str]) -> None:
    """Nothing is read then."""
    found = _errors(_csv(file, text))
    assert [one[: len(error)] for one, error in zip(found, errors, strict=True)] == errors


def test_other_files_are_refused(file: Path) -> None:
    """By their name, or because they are no UTF-8."""
    with pytest.raises(BadFile, match=r"decisions\.xlsx is neither"):
        read_answers_file(file.with_suffix(".xlsx"), (), "Mere")
    file.write_bytes("Café".encode("latin-1"))
    with pytest.raises(BadFile, match="is not UTF-8 text; save the file as CSV UTF-8"):
        read_answers_file(file, (), "Mere")


def test_every_column_is_documented() -> None:
    """The module that defines the columns describes each of them."""
    from registration import answers_columns

    assert answers_columns.__doc__ is not None
    assert [column for column in COLUMNS if column not in answers_columns.__doc__] == []
