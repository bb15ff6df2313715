"""`registration answer` without a file: it asks, and nothing is written before the last yes."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.cli.verdicts import Answered
from registration.store.leases import lock_lease
from tests.registration.cli.at_terminal import asked, at_terminal
from tests.registration.cli.conftest import Commands
from tests.registration.cli.gates import at_company_gate, at_config_gate
from tests.registration.store.rows import add
from tests.waiting import eventually

_WAITING_FOR_A_LOCK = text(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where wait_event_type = 'Lock' and application_name = 'writing' and datname = current_database()"
)


def _kinds(done: Answered | None) -> list[tuple[str, bool]]:
    assert done is not None
    return [(given.answer.kind, verdict.accepted) for given, verdict in done.verdicts]


async def _answers(registration: Commands) -> list[Any]:
    rows = await registration.query("select answer from registration_decisions where accepted order by decided_at")
    return [row["answer"] for row in rows]


async def _with_menus(registration: Commands, everything: AsyncConnection) -> None:
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)


async def test_on_a_real_terminal(registration: Commands) -> None:
    """Two restaurants, one of them changed at the end: shown, decided, and written after the last yes."""
    batch = await at_company_gate(registration, "1000001", None)
    async with at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.until("Enter goes one by one")
        typing.type("")
        await typing.until("x  Leave this restaurant out")
        typing.type("n")
        await typing.until("2 of 2")
        typing.type("2")
        await typing.until("y writes the 2 answers")
        typing.type("1")
        await typing.until("answered: no match")
        typing.type("1")
        await typing.until("y writes the 2 answers")
        assert await _answers(registration) == []
        typing.type("y")
        await typing.until("2 accepted, 0 refused")
        assert await typing.ended() == 0
    assert [answer["company_number"] for answer in await _answers(registration)] == ["1000001", "1000002"]
    said = await registration.query("select decided_by, source, shown ->> 'title' as title from registration_decisions")
    assert {(one["decided_by"], one["source"]) for one in said} == {("Mere", "cli")}
    assert {one["title"] for one in said} == {"Kai 1 (Auckland)", "Kai 2 (Auckland)"}


async def test_ctrl_c_writes_nothing(registration: Commands) -> None:
    """It says so, and ends as interrupted programs do."""
    batch = await at_company_gate(registration, "1000001", None)
    async with at_terminal("answer", batch.batch_id) as typing:
        await typing.until("b back, q quit:")
        typing.type("a")
        await typing.until("b back, q quit:")
        typing.press("\x03")
        await typing.until("nothing was written")
        assert await typing.ended() == 130
    assert await _answers(registration) == []


@pytest.mark.parametrize("lines", [("a", "q"), ("", "s", "1", ":q"), ("a",)])
async def test_leaving_writes_nothing(registration: Commands, lines: tuple[str, ...]) -> None:
    """From a question, from the middle of a text, or because the terminal was closed."""
    batch = await at_company_gate(registration, "1000001", None)
    done, screen = await asked(registration, batch.batch_id, *lines)
    assert done is None
    assert screen.rstrip().endswith("nothing was written")
    assert await _answers(registration) == []


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
    assert _kinds(done) == [("company", True), ("enter_by_hand", True), ("company", True)]
    assert "2 of 3 · company-selection" in screen
    assert "1 of 3" not in screen
    by_hand = next(one for one in await _answers(registration) if one["kind"] == "enter_by_hand")
    assert (by_hand["details"]["contact_name"], by_hand["details"]["contact_email"]) == ("Mere Ngata", "mere@kai.nz")


async def test_details_that_break_a_rule_are_asked_again(registration: Commands) -> None:
    """With the reason; nothing that was typed is lost."""
    batch = await at_company_gate(registration, None)
    done, screen = await asked(registration, batch.batch_id, "h", "6 nobody", "", "1", "Mere", "6 a@kai.nz", "", "y")
    assert _kinds(done) == [("enter_by_hand", True)]
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
    assert _kinds(done) == [("search_again", True)]
    [answer] = await _answers(registration)
    assert answer["query"] == {"name": "Kai Limited", "street": "", "city": "auckland"}


async def test_back_and_later_from_every_point(registration: Commands) -> None:
    """Out of a text, out of a section, out of a question and out of the review; what is left for later stays."""
    batch = await at_company_gate(registration, None, None)
    lines = ("", "s", "1", ":b", "b", "1", "b", "l", "", "b", "x", "2", "n", "y")
    done, _ = await asked(registration, batch.batch_id, *lines)
    assert _kinds(done) == [("no_match", True)]
    assert done is not None
    assert done.verdicts[0][0].job_id == batch.jobs[1]


async def test_clean_configurations_are_gone_ahead_with_at_once(
    registration: Commands, everything: AsyncConnection
) -> None:
    """What preflight refuses is shown, and offered only as a change."""
    batch = await at_config_gate(registration, "a@kai.nz", None, "c@kai.nz")
    await _with_menus(registration, everything)
    done, screen = await asked(registration, batch.batch_id, "a", "g", "", "", "4 b@kai.nz", "", "y")
    assert _kinds(done) == [("go_ahead", True), ("change", True), ("go_ahead", True)]
    assert "'g' is none of the choices" in screen
    assert "in the way: there is no e-mail for the account" in screen
    configs = await registration.query("select execution_config from registration_jobs order by position")
    assert [one["execution_config"]["account"]["email"] for one in configs] == ["a@kai.nz", "b@kai.nz", "c@kai.nz"]


async def test_something_can_be_said_for_all(registration: Commands, everything: AsyncConnection) -> None:
    """It lies over every proposal that is gone ahead with; what contradicts itself is said."""
    batch = await at_config_gate(registration, "a@kai.nz", "b@kai.nz")
    await _with_menus(registration, everything)
    lines = ("f", "1 Light", "7 12", "8", "12", "", "", "8 12", "", "a", "y")
    done, screen = await asked(registration, batch.batch_id, *lines)
    assert _kinds(done) == [("go_ahead", True), ("go_ahead", True)]
    assert "itemTags: both to run and not to run" in screen
    assert "gone ahead with: website: (theme: light), steps enabled: (itemTags: False)" in screen
    configs = [row["c"] for row in await registration.query("select execution_config as c from registration_jobs")]
    assert [one["website"]["theme"] for one in configs] == ["light", "light"]
    assert [one["steps_enabled"]["itemTags"] for one in configs] == [False, False]


async def test_every_kind_of_field_can_be_changed(registration: Commands, everything: AsyncConnection) -> None:
    """Text, choice, flag and the list of sub-steps; wrong ones are said."""
    batch = await at_config_gate(registration, "a@kai.nz")
    await _with_menus(registration, everything)
    lines = (
        "c",
        "9",
        "1",
        "21 List",
        "22",
        "23",
        "12",
        "11",
        "",
        "11 red",
        "",
        "11 #FF8800",
        "99",
        "23 nothing",
        "23 optionSets",
        "23 11",
        "",
    )
    done, screen = await asked(registration, batch.batch_id, *lines, "y")
    assert _kinds(done) == [("change", True)]
    assert "a colour is written #rrggbb, not 'red'" in screen
    assert "'99' is none of the fields" in screen
    assert "'nothing' is none of the choices" in screen
    [row] = await registration.query("select execution_config as config from registration_jobs")
    website = row["config"]["website"]
    assert (website["theme"], website["item_layout"], website["primary_color"]) == ("light", "list", "#ff8800")
    assert row["config"]["payment"]["include_stripe_link"] is True
    off = [name for name, on in row["config"]["steps_enabled"].items() if not on]
    assert off == ["itemTags", "optionSets"]


async def test_who_was_first_is_said(registration: Commands) -> None:
    """Somebody else answers while this person still thinks: theirs counts, the rest of ours too."""
    batch = await at_company_gate(registration, None, None)
    async with at_terminal("answer", batch.batch_id, "--by", "Mere") as typing:
        await typing.until("Enter goes one by one")
        typing.type("1", "n", "n")
        await typing.until("y writes the 2 answers")
        row = registration.file("a.csv", "restaurant,answer,company_number\nKai 1,company,1000002\n")
        assert (await registration("answer", batch.batch_id, "--file", row, "--by", "Tevita")).code == 0
        typing.type("y")
        await typing.until("refused: already decided by Tevita")
        await typing.until("1 accepted, 1 refused")
        assert await typing.ended() == 1
        assert "company 1000002" in " ".join(typing.said.split())


async def _break_whoever_waits_for_a_lock(everything: AsyncConnection) -> None:
    async def broken() -> Sequence[bool]:
        return (await everything.execute(_WAITING_FOR_A_LOCK)).scalars().all()

    assert len(await eventually(broken, "somebody to wait for a lock")) == 1


async def test_what_was_agreed_to_outlives_the_database(registration: Commands, everything: AsyncConnection) -> None:
    """The connection breaks while the answers are written: it is said, and tried again as often as is wished."""
    batch = await at_company_gate(registration, "1000001", "1000002")
    async with at_terminal("answer", batch.batch_id, PGAPPNAME="writing") as typing:
        await typing.until("b back, q quit:")
        typing.type("a")
        await typing.until("y writes the 2 answers")
        async with registration.database.transaction(registration.organisation_id) as connection:
            await lock_lease(connection, registration.organisation_id, batch.batch_id)
            typing.type("y")
            await _break_whoever_waits_for_a_lock(everything)
            await typing.until("Enter tries again")
        typing.type("")
        await typing.until("2 accepted, 0 refused")
        assert await typing.ended() == 0
    assert [answer["company_number"] for answer in await _answers(registration)] == ["1000001", "1000002"]


async def test_no_connection_is_kept_while_somebody_thinks(registration: Commands, everything: AsyncConnection) -> None:
    """Somebody may think for an hour, and the server may be restarted meanwhile."""
    batch = await at_company_gate(registration, None)
    async with at_terminal("answer", batch.batch_id, PGAPPNAME="thinking") as typing:
        await typing.until("b back, q quit:")
        open_now = text(
            "select count(*) from pg_stat_activity where application_name = 'thinking' and datname = current_database()"
        )
        assert (await everything.execute(open_now)).scalar_one() == 0
        typing.type("q")
        assert await typing.ended() == 3


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
    assert _kinds(done) == []


async def test_what_cannot_be_read_is_told_and_can_be_left_out(registration: Commands) -> None:
    """In the overview and beside its question; the other restaurant is asked about as always."""
    batch = await at_company_gate(registration, "1000001", "1000001")
    broken = "update companies_office_search_candidates set source_errors = '{}' where registration_job_id = :job"
    await registration.query(broken, job=batch.jobs[0])
    done, screen = await asked(registration, batch.batch_id, "", "x", "", "y")
    assert screen.count("its data cannot be read") == 2
    assert "its data cannot be read: search of the register: name: is missing" in screen
    assert _kinds(done) == [("leave_out", True), ("company", True)]
