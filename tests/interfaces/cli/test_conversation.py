"""`registration answer` without a file asks the questions, and writes nothing before the final confirmation."""

import pytest

from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.decisions import accepted_answers, kinds_and_verdicts
from tests.interfaces.cli.pseudo_terminal import converse
from tests.interfaces.cli.waiting_batches import batch_at_company_gate


@pytest.mark.parametrize("lines", [("a", "q"), ("", "s", "1", ":q"), ("a",)])
async def test_leaving_writes_nothing(registration: Commands, lines: tuple[str, ...]) -> None:
    """The person leaves at a question or within a text, or the terminal is closed."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    done, screen = await converse(registration, batch.batch_id, *lines)
    assert done is None
    assert screen.rstrip().endswith("nothing was written")
    assert await accepted_answers(registration) == []


async def test_candidates_stand_side_by_side(registration: Commands) -> None:
    """With address, status and scores, and unbroken links below, also at 80 columns."""
    batch = await batch_at_company_gate(registration, None)
    _, screen = await converse(registration, batch.batch_id, "q", width=80)
    lines = screen.split("\n")
    assert [line.split() for line in lines if line.startswith("number")] == [["number", "1000001", "1000002"]]
    assert [line.split() for line in lines if line.startswith("status")] == [["status", "Registered", "Registered"]]
    assert "2  https://app.companiesoffice.govt.nz/companies/app/ui/pages/companies/1000002/detail" in lines
    assert max(len(line) for line in lines if "https://" not in line and "back" not in line) <= 80


async def test_clear_matches_are_accepted_at_once_and_the_others_asked(registration: Commands) -> None:
    """After `a` in the overview only the unclear questions are shown."""
    batch = await batch_at_company_gate(registration, "1000002", None, "1000001")
    done, screen = await converse(registration, batch.batch_id, "a", "h", "1 Mere Ngata", "6 mere@kai.nz", "", "y")
    assert kinds_and_verdicts(done) == [("company", True), ("enter_by_hand", True), ("company", True)]
    assert "2 of 3 · company-selection" in screen
    assert "1 of 3" not in screen
    by_hand = next(row for row in await accepted_answers(registration) if row["kind"] == "enter_by_hand")
    assert (by_hand["details"]["contact_name"], by_hand["details"]["contact_email"]) == ("Mere Ngata", "mere@kai.nz")


async def test_details_that_break_a_rule_are_asked_again(registration: Commands) -> None:
    """With the reason, and with all typed values."""
    batch = await batch_at_company_gate(registration, None)
    done, screen = await converse(registration, batch.batch_id, "h", "6 nobody", "", "1", "Mere", "6 a@kai.nz", "", "y")
    assert kinds_and_verdicts(done) == [("enter_by_hand", True)]
    assert "Contact name: is missing; Contact e-mail: value is not a valid email address" in screen


@pytest.mark.parametrize("width", [60, 80])
async def test_a_narrow_terminal_breaks_no_words(registration: Commands, width: int) -> None:
    """The line of choices is broken between words, and each restaurant is one line of the overview."""
    batch = await batch_at_company_gate(registration, "1000001", "1000001", None)
    _, screen = await converse(registration, batch.batch_id, "q", width=width)
    assert max(map(len, screen.splitlines())) <= width
    assert "Enter goes one by one, 1 to 3 goes there, a takes the 2 that are clear as" in " ".join(screen.split())
    lines = screen.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("1  Kai "))
    assert [line[:7] for line in lines[first : first + 3]] == ["1  Kai ", "2  Kai ", "3  Kai "]


async def test_a_narrow_terminal_describes_a_field_when_it_is_changed(registration: Commands) -> None:
    """A wide terminal shows the description beside each field."""
    batch = await batch_at_company_gate(registration, None)
    shown = [(await converse(registration, batch.batch_id, "h", "3", "", ":q", width=width))[1] for width in (80, 140)]
    assert [screen.count("13 digits.") for screen in shown] == [0, 2]
    _, screen = await converse(registration, batch.batch_id, "h", "4", "", ":q", width=80)
    assert screen.count("13 digits.") == 1


async def test_search_again_starts_from_the_last_query(registration: Commands) -> None:
    """A minus empties a field, which is then not part of the query."""
    batch = await batch_at_company_gate(registration, None)
    done, _ = await converse(registration, batch.batch_id, "s", "1 Kai Limited", "2", "-", "", "y")
    assert kinds_and_verdicts(done) == [("search_again", True)]
    [answer] = await accepted_answers(registration)
    assert answer["query"] == {"name": "Kai Limited", "street": "", "city": "auckland"}


async def test_back_and_later_from_every_point(registration: Commands) -> None:
    """Back from a text, a section, a question and the review; a question left for later stays open."""
    batch = await batch_at_company_gate(registration, None, None)
    lines = ("", "s", "1", ":b", "b", "1", "b", "l", "", "b", "x", "2", "n", "y")
    done, _ = await converse(registration, batch.batch_id, *lines)
    assert kinds_and_verdicts(done) == [("no_match", True)]
    assert done is not None
    assert done.verdicts[0][0].job_id == batch.jobs[1]


async def test_without_a_terminal_the_options_are_named(registration: Commands) -> None:
    """No questions are asked through a pipe or for JSON."""
    batch = await batch_at_company_gate(registration, None)
    for arguments in ((), ("--json",)):
        result = await registration("answer", batch.batch_id, *arguments)
        assert result.code == 2
        assert "--file" in result.err
        assert f"registration export-gate {batch.batch_id} --file decisions.csv" in result.err


async def test_an_answered_batch_asks_nothing(registration: Commands) -> None:
    """All questions of the batch are answered."""
    batch = await batch_at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    done, _ = await converse(registration, batch.batch_id)
    assert kinds_and_verdicts(done) == []


async def test_a_restaurant_with_unreadable_data_can_be_left_out(registration: Commands) -> None:
    """The reason is in the overview and beside the question; the other restaurant is asked about as always."""
    batch = await batch_at_company_gate(registration, "1000001", "1000001")
    broken = "update companies_office_search_candidates set source_errors = '{}' where registration_job_id = :job"
    await registration.query(broken, job=batch.jobs[0])
    done, screen = await converse(registration, batch.batch_id, "", "x", "", "y")
    assert screen.count("its data cannot be read") == 2
    assert "its data cannot be read: search of the register: name: is missing" in screen
    assert kinds_and_verdicts(done) == [("leave_out", True), ("company", True)]
