"""`registration export-gate`, and `registration answer` with its file."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.gates.answer_file.read import read_csv_rows
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, batch_at_company_gate, batch_at_config_gate
from tests.registration.database.rows import add

FORMULA = '=HYPERLINK("http://kai.example";"Kai")'


async def _exported(registration: Commands, batch: WaitingBatch, name: str = "decisions.csv") -> Path:
    file = registration.folder / name
    result = await registration("export-gate", batch.batch_id, "--file", file)
    assert result.code == 0, result.err
    return file


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def _write(file: Path, rows: list[dict[str, str]], separator: str = ",") -> None:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")


async def _decided(registration: Commands) -> list[Any]:
    rows = await registration.query("select answer from registration_decisions where accepted order by decided_at")
    return [row["answer"] for row in rows]


async def test_a_row_has_the_evidence_and_the_allowed_answers(registration: Commands) -> None:
    """The query, the recommendation, and each candidate with its link."""
    batch = await batch_at_company_gate(registration, "1000002", None)
    first, second = _rows(await _exported(registration, batch))
    assert (first["restaurant"], first["answer"], first["gate"], first["visit"]) == (
        "Kai 1",
        "",
        "company-selection",
        "1",
    )
    assert (first["job"], first["see recommended"], second["see recommended"]) == (str(batch.jobs[0]), "1000002", "")
    assert first["see searched"] == "kai · queen street auckland"
    assert first["see candidate 2"].startswith("KAI 1000002 LIMITED · 1000002 · none known · Registered · score 90")
    assert first["see candidate 2"].endswith("/companies/1000002/detail")
    allowed = first["see allowed answers"]
    assert allowed.startswith("blank decides later; company (with company_number 1000001 or 1000002;")
    assert all(kind in allowed for kind in ("no_match", "search_again", "enter_by_hand", "leave_out"))
    assert "go_ahead" not in allowed
    assert "theme" not in first


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.json"])
async def test_an_unchanged_export_decides_nothing(registration: Commands, name: str) -> None:
    """And is no error."""
    batch = await batch_at_company_gate(registration, "1000002", None)
    result = await registration("answer", batch.batch_id, "--file", await _exported(registration, batch, name))
    assert result.code == 0
    assert "nothing was answered; 2 wait" in result.out
    assert await _decided(registration) == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
async def test_a_filled_in_export_is_accepted(registration: Commands, separator: str) -> None:
    """With the separators of other countries' spreadsheets; a company number alone chooses that company."""
    batch = await batch_at_company_gate(registration, None, None, None)
    file = await _exported(registration, batch)
    rows = _rows(file)
    rows[0]["answer"] = "1000002"
    rows[1] |= {"answer": "Search again", "name": "kai limited"}
    _write(file, rows, separator)
    result = await registration("answer", batch.batch_id, "--file", file)
    assert result.code == 0, result.out
    assert await _decided(registration) == [
        {"kind": "company", "company_number": "1000002"},
        {"kind": "search_again", "query": {"name": "kai limited", "street": "", "city": ""}},
    ]


async def test_configurations_are_exported_and_read_back(registration: Commands, everything: AsyncConnection) -> None:
    """A row that preflight refuses has the reason, and does not offer to go ahead."""
    batch = await batch_at_config_gate(registration, "a@kai.nz", None)
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)
    file = await _exported(registration, batch)
    rows = _rows(file)
    assert [row["see recommended"] for row in rows] == ["go_ahead", ""]
    assert "there is no e-mail for the account" in rows[1]["see in the way"]
    assert "go_ahead" not in rows[1]["see allowed answers"]
    assert rows[0]["see phone"] == "'+6493791234"
    rows[0] |= {"answer": "change", "phone": "'+6421345678", "theme": "light"}
    rows[1] |= {"answer": "change", "email": "b@kai.nz"}
    _write(file, rows)
    result = await registration("answer", batch.batch_id, "--file", file)
    assert result.code == 0, result.out
    configs = await registration.query("select execution_config as config from registration_jobs order by position")
    assert (configs[0]["config"]["account"]["phone"], configs[0]["config"]["website"]["theme"]) == (
        "+6421345678",
        "light",
    )
    assert configs[1]["config"]["account"]["email"] == "b@kai.nz"


async def test_json_has_the_questions_of_the_csv_file(registration: Commands) -> None:
    """Each item's answer is null until it is filled in."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    file = await _exported(registration, batch, "decisions.json")
    items = json.loads(file.read_text(encoding="utf-8"))
    assert [item["answer"] for item in items] == [None, None]
    assert items[0]["see"]["recommended"] == {"kind": "company", "company_number": "1000001"}
    assert [row["number"] for row in items[0]["see"]["candidates"]] == ["1000001", "1000002"]
    items[0]["answer"] = items[0]["see"]["recommended"]
    file.write_text(json.dumps(items), encoding="utf-8")
    assert (await registration("answer", batch.batch_id, "--file", file)).code == 0
    assert await _decided(registration) == [{"kind": "company", "company_number": "1000001"}]


async def test_no_cell_is_a_formula_and_names_come_back(registration: Commands) -> None:
    """A name that starts like a formula is escaped in the file, and unescaped when it is read."""
    batch = await batch_at_company_gate(registration, None)
    await registration.query("update restaurants set name = :name", name=FORMULA)
    file = await _exported(registration, batch)
    [row] = _rows(file)
    assert row["restaurant"] == f"'{FORMULA}"
    assert [cell for cell in row.values() if cell[:1] in tuple("=+-@\t\r")] == []
    _write(file, [row | {"answer": "no_match", "job": ""}])
    assert (await registration("answer", batch.batch_id, "--file", file)).code == 0
    assert len(await _decided(registration)) == 1


async def test_wrong_rows_are_named_by_line_and_the_others_accepted(registration: Commands) -> None:
    """Rows mixed up by sorting one column, unknown companies, unknown answers."""
    batch = await batch_at_company_gate(registration, None, None, None, None)
    file = await _exported(registration, batch)
    rows = _rows(file)
    rows[0]["answer"], rows[1]["answer"], rows[2]["answer"], rows[3]["answer"] = "1000001", "7", "maybe", "no_match"
    rows[3]["restaurant"] = "Kai 1"
    _write(file, rows)
    result = await registration("answer", batch.batch_id, "--file", file)
    assert result.code == 1
    assert "line 3: refused: company 7 is not among the candidates" in result.out
    assert "line 4: 'maybe' is no answer at company-selection" in result.out
    assert f"line 5: the job {batch.jobs[3]} is of 'Kai 4', not of 'Kai 1'" in result.out
    assert "1 accepted, 3 refused" in result.out


async def test_an_old_export_answers_no_new_question(registration: Commands) -> None:
    """The refusal names the person who answered the old question."""
    batch = await batch_at_company_gate(registration, None, None)
    file = await _exported(registration, batch)
    now = "restaurant,answer\nKai 1,enter_by_hand\nKai 2,no_match\n"
    await registration("answer", batch.batch_id, "--file", registration.file("now.csv", now), "--by", "Tevita")
    _write(file, [row | {"answer": "no_match"} for row in _rows(file)])
    result = await registration("answer", batch.batch_id, "--file", file, "--json")
    assert result.code == 1
    first, second = (entry["reason"] for entry in result.json["decisions"])
    assert first.startswith("already decided by Tevita (cli) at")
    assert first.endswith("enter by hand")
    assert second.endswith("no match")


async def test_an_existing_file_is_not_replaced(registration: Commands) -> None:
    """Unless --overwrite is set; other formats are refused, and without open questions no file is written."""
    batch = await batch_at_company_gate(registration, "1000001")
    file = registration.file("decisions.csv", "mine")
    refused = await registration("export-gate", batch.batch_id, "--file", file)
    assert (refused.code, "--overwrite" in refused.err, file.read_text()) == (2, True, "mine")
    assert (await registration("export-gate", batch.batch_id, "--file", file, "--overwrite")).code == 0
    assert len(read_csv_rows(file.read_text(encoding="utf-8-sig"))[1]) == 0
    assert (await registration("export-gate", batch.batch_id, "--file", "a.xlsx")).code == 2
    assert (await registration("export-gate", batch.batch_id, "--file", "/no/such/folder/a.csv")).code == 2
    await registration("answer", batch.batch_id, "--accept-recommended")
    nobody = await registration("export-gate", batch.batch_id, "--file", registration.folder / "none.csv")
    assert (nobody.code, (registration.folder / "none.csv").exists()) == (0, False)


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.json"])
async def test_a_restaurant_with_unreadable_data_is_a_row_as_well(registration: Commands, name: str) -> None:
    """It can be left out, or waits; the other rows are not affected."""
    batch = await batch_at_company_gate(registration, "1000002", "1000002")
    broken = "update companies_office_search_candidates set source_errors = '{}' where registration_job_id = :job"
    await registration.query(broken, job=batch.jobs[0])
    file = await _exported(registration, batch, name)
    if name.endswith(".json"):
        first, second = json.loads(file.read_text())
        allowed, seen = (first["allowed"], second["allowed"]), first["see"]["in the way"]
    else:
        first, second = _rows(file)
        allowed, seen = ([first["see allowed answers"]], [second["see allowed answers"]]), first["see in the way"]
    assert seen.startswith("its data cannot be read: search of the register: name: ")
    assert ("leave_out" in allowed[0][-1], "search_again" in str(allowed[0]), "search_again" in str(allowed[1])) == (
        True,
        False,
        True,
    )


async def test_a_restaurant_with_unreadable_data_has_no_recommendation(registration: Commands) -> None:
    """The other restaurants are answered as recommended."""
    batch = await batch_at_company_gate(registration, "1000002", "1000002")
    await registration.query(
        "update restaurants set cuisine = array['Thai', null] where id ="
        " (select restaurant_id from registration_jobs where id = :job)",
        job=batch.jobs[0],
    )
    result = await registration("answer", batch.batch_id, "--accept-recommended")
    assert result.code == 0, result.err
    assert await _decided(registration) == [{"kind": "company", "company_number": "1000002"}]
