"""Decisions from a CSV file that a spreadsheet wrote: what it spoils is read where it can be, and refused otherwise."""

from pathlib import Path

import pytest

from registration.gates.decisions import ChooseCompany, EnterByHand, ManualCompany, NoMatch
from tests.registration.answers_files import errors_of, read_csv, waiting_job


@pytest.mark.parametrize("number", ["1234567.0", "１２３４５６７", "'1234567"])
def test_a_company_number_that_a_spreadsheet_wrote_otherwise_is_read(tmp_path: Path, number: str) -> None:
    """As the answer itself, and in its column."""
    rows = f"restaurant,answer,company_number,visit\nJax,{number},,2.0\nMax,company,{number},2\n"
    read = read_csv(tmp_path, rows, waiting_job("Jax"), waiting_job("Max"))
    assert read.errors == ()
    assert [one.answer for one in read.answers] == [ChooseCompany(company_number="1234567")] * 2


def test_a_phone_that_a_spreadsheet_spoilt_is_nobody_elses(tmp_path: Path) -> None:
    """Rounded it is refused; without its 0 it is read, with a remark. So are entities."""
    waiting = [waiting_job(name) for name in ("Jax", "Max", "Pia")]
    rows = (
        "restaurant,answer,contact_name,contact_phone\nJax,enter_by_hand,Pia &amp; Co,211234567\n"
        "Max,enter_by_hand,Max,64211200000\nPia,enter_by_hand,Pia,#####\n"
    )
    read = read_csv(tmp_path, rows, *waiting)
    [answer] = [one.answer for one in read.answers]
    assert isinstance(answer, EnterByHand)
    assert answer.details == ManualCompany(contact_name="Pia & Co", contact_phone="+64211234567")
    assert [str(remark).partition(": ")[2].partition(":")[0] for remark in read.remarks] == [
        "contact_name",
        "contact_phone",
    ]
    assert [error.location for error in read.errors] == ["line 3", "line 4"]


def test_excels_line_and_empty_columns_are_taken(tmp_path: Path) -> None:
    """As in a list of restaurants."""
    read = read_csv(tmp_path, "sep=;\nrestaurant;answer;;\nJax;no_match;;\n", waiting_job("Jax"))
    assert (read.errors, [one.answer for one in read.answers]) == ((), [NoMatch()])


def test_a_number_that_a_spreadsheet_shortened_is_refused(tmp_path: Path) -> None:
    """It would be kept as the number of another company."""
    rows = "Jax,enter_by_hand,Pia,9.42905E+12\nMax,1E+6,,\n"
    read = read_csv(tmp_path, f"restaurant,answer,contact_name,nzbn\n{rows}", waiting_job("Jax"), waiting_job("Max"))
    assert [error.split(":")[0:2] for error in errors_of(read)] == [
        ["line 2", " nzbn 9.42905E+12"],
        ["line 3", " answer 1E+6"],
    ]
