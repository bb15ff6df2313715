"""`registration answer` without a file: it asks, and nothing is written before the last yes."""

import pytest

from tests.interfaces.cli.answered import answers, kinds
from tests.interfaces.cli.at_terminal import asked
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import at_company_gate


@pytest.mark.parametrize("lines", [("a", "q"), ("", "s", "1", ":q"), ("a",)])
async def test_leaving_writes_nothing(registration: Commands, lines: tuple[str, ...]) -> None:
    """From a question, from the middle of a text, or because the terminal was closed."""
    batch = await at_company_gate(registration, "1000001", None)
    done, screen = await asked(registration, batch.batch_id, *lines)
    assert done is None
    assert screen.rstrip().endswith("nothing was written")
    assert await answers(registration) == []


async def test_candidates_stand_side_by_side(registration: Commands) -> None:
    """With address, status and scores, and whole links below, also at 80 columns."""
    batch = await at_company_gate(registration, None)
    _, screen = await asked(registration, batch.batch_id, "q", width=80)
    lines = screen.split("\n")
    assert [line.split() for line in lines if line.startswith("number")] == [["number", "1000001", "1000002"]]
    assert [line.split() for line in lines if line.startswith("status")] == [["status", "Registered", "Registered"]]
    assert "2  https://app.companiesoffice.govt.nz/companies/app/ui/pages/companies/1000002/detail" in lines
    assert max(len(line) for line in lines if "https://" not in line and "back" not in line) <= 80


async def test_clear_ones_are_taken_at_once_and_the_others_asked(registration: Commands) -> None:
    """`a` in the overview: then only what is not clear is shown."""
    batch = await at_company_gate(registration, "1000002", None, "1000001")
    done, screen = await asked(registration, batch.batch_id, "a", "h", "1 Mere Ngata", "6 mere@kai.nz", "", "y")
    assert kinds(done) == [("company", True), ("enter_by_hand", True), ("company", True)]
    assert "2 of 3 · company-selection" in screen
    assert "1 of 3" not in screen
    by_hand = next(one for one in await answers(registration) if one["kind"] == "enter_by_hand")
    assert (by_hand["details"]["contact_name"], by_hand["details"]["contact_email"]) == ("Mere Ngata", "mere@kai.nz")


async def test_details_that_break_a_rule_are_asked_again(registration: Commands) -> None:
    """With the reason; nothing that was typed is lost."""
    batch = await at_company_gate(registration, None)
    done, screen = await asked(registration, batch.batch_id, "h", "6 nobody", "", "1", "Mere", "6 a@kai.nz", "", "y")
    assert kinds(done) == [("enter_by_hand", True)]
    assert "Contact name: is missing; Contact e-mail: value is not a valid email address" in screen


@pytest.mark.parametrize("width", [60, 80])
async def test_a_narrow_terminal_breaks_no_words(registration: Commands, width: int) -> None:
    """What can be typed is broken between words, and each restaurant is one line of the overview."""
    batch = await at_company_gate(registration, "1000001", "1000001", None)
    _, screen = await asked(registration, batch.batch_id, "q", width=width)
    assert max(map(len, screen.splitlines())) <= width
    assert "Enter goes one by one, 1 to 3 goes there, a takes the 2 that are clear as" in " ".join(screen.split())
    lines = screen.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("1  Kai "))
    assert [line[:7] for line in lines[first : first + 3]] == ["1  Kai ", "2  Kai ", "3  Kai "]


async def test_a_narrow_terminal_tells_what_a_field_takes_when_it_is_changed(registration: Commands) -> None:
    """Beside 23 fields there is no room for it; a wide one has it beside each."""
    batch = await at_company_gate(registration, None)
    shown = [(await asked(registration, batch.batch_id, "h", "3", "", ":q", width=width))[1] for width in (80, 140)]
    assert [screen.count("13 digits.") for screen in shown] == [0, 2]
    _, screen = await asked(registration, batch.batch_id, "h", "4", "", ":q", width=80)
    assert screen.count("13 digits.") == 1


async def test_search_again_starts_from_what_was_searched(registration: Commands) -> None:
    """A minus empties: then that is not searched by."""
    batch = await at_company_gate(registration, None)
    done, _ = await asked(registration, batch.batch_id, "s", "1 Kai Limited", "2", "-", "", "y")
    assert kinds(done) == [("search_again", True)]
    [answer] = await answers(registration)
    assert answer["query"] == {"name": "Kai Limited", "street": "", "city": "auckland"}


async def test_back_and_later_from_every_point(registration: Commands) -> None:
    """Out of a text, out of a section, out of a question and out of the review; what is left for later stays."""
    batch = await at_company_gate(registration, None, None)
    lines = ("", "s", "1", ":b", "b", "1", "b", "l", "", "b", "x", "2", "n", "y")
    done, _ = await asked(registration, batch.batch_id, *lines)
    assert kinds(done) == [("no_match", True)]
    assert done is not None
    assert done.verdicts[0][0].job_id == batch.jobs[1]


async def test_without_a_terminal_the_other_ways_are_named(registration: Commands) -> None:
    """Nobody is asked in a pipe, nor for JSON."""
    batch = await at_company_gate(registration, None)
    for arguments in ((), ("--json",)):
        said = await registration("answer", batch.batch_id, *arguments)
        assert said.code == 2
        assert "--file" in said.err
        assert f"registration export-gate {batch.batch_id} --file decisions.csv" in said.err


async def test_nothing_to_ask_is_said(registration: Commands) -> None:
    """An answered batch."""
    batch = await at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    done, _ = await asked(registration, batch.batch_id)
    assert kinds(done) == []


async def test_what_cannot_be_read_is_told_and_can_be_left_out(registration: Commands) -> None:
    """In the overview and beside its question; the other restaurant is asked about as always."""
    batch = await at_company_gate(registration, "1000001", "1000001")
    broken = "update companies_office_search_candidates set source_errors = '{}' where registration_job_id = :job"
    await registration.query(broken, job=batch.jobs[0])
    done, screen = await asked(registration, batch.batch_id, "", "x", "", "y")
    assert screen.count("its data cannot be read") == 2
    assert "its data cannot be read: search of the register: name: is missing" in screen
    assert kinds(done) == [("leave_out", True), ("company", True)]
