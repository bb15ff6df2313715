"""Decisions from a file: good rows count, and all bad ones are named."""

from pathlib import Path
from uuid import UUID

import pytest

from registration.companies.models import RegisterQuery
from registration.errors import BadFile
from registration.gates.answer_file.columns import COLUMNS
from registration.gates.answer_file.read import read_answers_file
from registration.gates.decisions import ChooseCompany, NoMatch, SearchAgain
from registration.workflow.sub_steps import SubStepName
from tests.registration.answers_files import config_of, configured, errors_of, read_csv, waiting_job

JOB_ID = UUID("00000000-0000-4000-8000-0000000000ab")


def test_a_row_answers_the_waiting_visit(tmp_path: Path) -> None:
    """The answer carries job, gate, visit, person and door."""
    job = waiting_job("Ōtaki Kai")
    [given] = read_csv(tmp_path, "restaurant,answer,company_number\nōtaki  kai,company,1001\n", job).answers
    assert (given.job_id, given.gate, given.visit) == (job.job_id, job.gate, 2)
    assert (given.answer, given.decided_by, given.channel) == (ChooseCompany(company_number="1001"), "Mere", "cli")


@pytest.mark.parametrize("name", ["Jāx", " jāx ", "Ja\N{COMBINING MACRON}x", "A-7", str(JOB_ID), str(JOB_ID).upper()])
def test_a_restaurant_is_known_by_its_name_and_ids(tmp_path: Path, name: str) -> None:
    """Capitals and blanks do not matter, nor how a macron was typed."""
    read = read_csv(
        tmp_path, f"restaurant,answer\n{name},no_match\n", waiting_job("Jāx", job_id=JOB_ID, external_id="A-7")
    )
    assert [given.answer for given in read.answers] == [NoMatch()]


def test_a_restaurant_of_a_common_name_is_named_by_its_job(tmp_path: Path) -> None:
    """Two restaurants of one name: the error says which jobs there are."""
    first, second = waiting_job("KFC"), waiting_job("KFC")
    read = read_csv(tmp_path, f"restaurant,answer\nKFC,no_match\n{second.job_id},no_match\n", first, second)
    assert [given.job_id for given in read.answers] == [second.job_id]
    ids = f"{first.job_id}, {second.job_id}"
    assert errors_of(read) == [f"line 2: several restaurants are called 'KFC'; name one of the jobs {ids}"]


def test_all_bad_rows_are_reported_at_once_in_their_order(tmp_path: Path) -> None:
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
    read = read_csv(tmp_path, text, waiting_job("Jax"), waiting_job("Max"), waiting_job("Tex"))
    assert [given.answer for given in read.answers] == [NoMatch()]
    kinds = "confirm_query, company, no_match, search_again, enter_by_hand, leave_out"
    assert errors_of(read) == [
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


def test_a_blank_answer_decides_later(tmp_path: Path) -> None:
    """A list of all restaurants can be filled in bit by bit; a row that is no answer yet is no second answer."""
    read = read_csv(tmp_path, "restaurant,answer\nJax,\nJax,no_match\n", waiting_job("Jax"))
    assert (len(read.answers), read.errors) == (1, ())


def test_search_again_with_and_without_its_query(tmp_path: Path) -> None:
    """A blank name is not searched by; without any of the three the query is asked for, and an empty one is refused."""
    rows = "Jax,search_again,,1 Queen St,\nMax,search_again,,,\nTex,search_again,,,Nelson\n"
    read = read_csv(
        tmp_path,
        f"restaurant,answer,name,street,city\n{rows}",
        waiting_job("Jax"),
        waiting_job("Max"),
        waiting_job("Tex"),
    )
    assert [given.answer for given in read.answers] == [
        SearchAgain(query=RegisterQuery(street="1 Queen St")),
        SearchAgain(),
    ]
    assert errors_of(read) == ["line 4: name and street are both empty: there is nothing to search by"]


def test_a_change_is_laid_over_the_proposal(tmp_path: Path) -> None:
    """Blank cells stay as proposed; a text colour that follows the theme follows the new one; capitals are taken."""
    header = "restaurant,answer,email,phone,opening_hours,theme,cuisines,header_image,stripe_link,steps_off"
    row = "Jax,change,New@jax.co.nz,,daily 10:00-20:00,Dark,Fish; Chips,none,Yes,itemTags;optionSets"
    [given] = read_csv(tmp_path, f"{header}\n{row}\n", configured("Jax")).answers
    config = config_of(given)
    assert (config.account.email, config.onboarding.user_email) == ("new@jax.co.nz", "new@jax.co.nz")
    assert (config.restaurant.phone, config.restaurant.opening_hours[0].hours.open) == ("+6493791234", "10:00")
    website = config.website
    assert (website.theme, website.cuisines, website.primary_color) == ("dark", ("Fish", "Chips"), "#aa0000")
    assert (website.nav_text_color.choice, website.configure_header) == ("white", False)
    assert config.payment.include_stripe_link
    assert config.steps_enabled == set(SubStepName) - {SubStepName.ITEM_TAGS, SubStepName.OPTION_SETS}


@pytest.mark.parametrize(
    "column,value,reason",
    [
        ("stripe_link", "maybe", "stripe_link is yes or no, not 'maybe'"),
        ("primary_color", "red", "config.website.primary_color: a colour is written #rrggbb, not 'red'"),
        ("steps_off", "coffee", "config.steps_enabled.coffee.[key]: "),
        ("opening_hours", "always", "'always' is not understood"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused(tmp_path: Path, column: str, value: str, reason: str) -> None:
    """With the reason, like every bad row."""
    [error] = errors_of(read_csv(tmp_path, f"restaurant,answer,{column}\nJax,change,{value}\n", configured("Jax")))
    assert error.startswith(f"line 2: {reason}")


@pytest.mark.parametrize(
    "text,errors",
    [
        ("", ["line 1: the file is empty"]),
        ('restaurant,answer\n"Jax', ["line 2: is not valid CSV (unexpected end of data)"]),
        ("restaurant,gate,gate\n", ["line 1: 'gate' occurs twice", "line 1: 'answer' is required"]),
        (
            "restaurant,answer,password\n",
            ["line 1: 'password' is not a known column; known are restaurant, job, gate, visit, answer"],
        ),
    ],
)
def test_csv_without_a_proper_header_is_an_error(tmp_path: Path, text: str, errors: list[str]) -> None:
    """Nothing is read then."""
    found = errors_of(read_csv(tmp_path, text))
    assert [one[: len(error)] for one, error in zip(found, errors, strict=True)] == errors


def test_other_files_are_refused(tmp_path: Path) -> None:
    """By their name, or because they are no UTF-8."""
    with pytest.raises(BadFile, match=r"decisions\.xlsx is neither"):
        read_answers_file(tmp_path / "decisions.xlsx", (), "Mere")
    file = tmp_path / "decisions.csv"
    file.write_bytes("Café".encode("latin-1"))
    with pytest.raises(BadFile, match="is not UTF-8 text; save the file as CSV UTF-8"):
        read_answers_file(file, (), "Mere")


def test_every_column_is_documented() -> None:
    """The module that defines the columns describes each of them."""
    from registration.gates.answer_file import columns as answers_columns

    assert answers_columns.__doc__ is not None
    assert [column for column in COLUMNS if column not in answers_columns.__doc__] == []
