"""`registration batches` and `registration show`: the state of batches and jobs."""

import asyncio
import sys
from datetime import date
from pathlib import Path

from registration.companies.details import CompanyDetails, Director, Shareholder
from registration.states import Assurance, SubStepStatus
from registration.workflow.transition_queries import Attribution, move_sub_step
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.pseudo_terminal import converse, run_at_terminal
from tests.interfaces.cli.waiting_batches import batch_at_company_gate, open_new_batch


async def test_batches_that_wait_for_a_person_come_first(registration: Commands) -> None:
    """Then the newest; each with what it waits for."""
    assert "registration start" in (await registration("batches")).out
    waiting = await batch_at_company_gate(registration, None, None)
    await registration.query("update restaurants set name = name || ' old', metadata = '{}'")
    await open_new_batch(registration, 1)
    result = await registration("batches", "--json")
    assert [row["status"] for row in result.json] == ["action_required", "pending"]
    first = result.json[0]
    assert (first["id"], first["waits_for"]) == (str(waiting.batch_id), "2 company selection")
    assert (first["jobs_total"], first["current_step"], first["percent"]) == (2, 3, 33)
    assert len((await registration("batches", "--json", "--limit", "1")).json) == 1
    assert "2 company selection" in (await registration("batches")).out


async def test_a_batch_has_a_row_per_restaurant(registration: Commands) -> None:
    """Status, step, gate and marks, in the JSON and in the table."""
    batch = await batch_at_company_gate(registration, None, None)
    result = await registration("show", str(batch.batch_id)[:8], "--json")
    assert [row["restaurant"] for row in result.json["restaurants"]] == ["Kai 1", "Kai 2"]
    first = result.json["restaurants"][0]
    assert (first["status"], first["step"], first["waits_for"]) == ("action_required", 3, "Company Selection")
    assert first["steps"]["1"] == "completed"
    assert len(first["sub_steps"]) == 12
    page = (await registration("show", batch.batch_id)).out
    assert "✓✓?··" in page
    assert str(batch.jobs[0])[:8] in page


async def test_an_outage_is_shown_with_its_begin(registration: Commands) -> None:
    """Of the batch with the number of its restaurants, and of each restaurant that waits; in the JSON as a moment."""
    batch = await open_new_batch(registration, 2)
    await registration.query("update registration_jobs set status = 'in_progress' where id = :job", job=batch.jobs[0])
    await registration.query(
        "update registration_job_steps set status = 'retrying', unanswered_since = '2026-11-30T01:02:03Z'"
        " where job_id = :job and step_number = 2",
        job=batch.jobs[0],
    )
    result = await registration("show", batch.batch_id, "--json")
    assert [row["outage"] for row in result.json["restaurants"]] == [
        {"service": "register", "since": "2026-11-30 01:02:03+00:00"},
        None,
    ]
    page = (await registration("show", batch.batch_id)).out
    assert "\noutage      the register has not answered since " in page
    assert "; 1 of 2 wait for it" in page


async def test_a_batch_that_has_ended_shows_its_outcome(registration: Commands) -> None:
    """In the list and in detail: two failures are not "completed"."""
    batch = await open_new_batch(registration, 2)
    await registration.query("update registration_jobs set status = 'failed', completed_at = clock_timestamp()")
    assert [row["outcome"] for row in (await registration("batches", "--json")).json] == ["failed"]
    [line] = [line for line in (await registration("batches")).out.splitlines() if str(batch.batch_id)[:8] in line]
    assert "failed" in line
    assert "completed" not in line
    await registration.query("update registration_jobs set status = 'completed' where id = :job", job=batch.jobs[0])
    page = (await registration("show", batch.batch_id)).out
    assert "status      completed with failures" in page
    assert "\nended       " in page


async def test_a_job_has_its_history(registration: Commands) -> None:
    """Events with times and actors, effects with reasons and outputs; no member whose name suggests a password."""
    batch = await batch_at_company_gate(registration, "1000001")
    [job] = batch.jobs
    await registration("answer", batch.batch_id, "--accept-recommended", "--by", "Mere")
    outputs = {"user_email": "kai@example.nz", "password": "hush-hush", "password_generated": True}
    async with registration.database.transaction(registration.organisation_id) as transaction:
        name = "createOnboardingUser"
        await move_sub_step(transaction, job, name, SubStepStatus.IN_PROGRESS)
        await move_sub_step(transaction, job, name, SubStepStatus.COMPLETED, outputs=outputs)
    result = await registration("show", str(job)[:8], "--json")
    assert [step["status"] for step in result.json["steps"][:3]] == ["completed"] * 3
    deeds = [(event["what"], event["to_status"], event["actor"]) for event in result.json["events"]]
    assert ("step 3", "completed", "Mere") in deeds
    [effect] = [row for row in result.json["sub_steps"] if row["outputs"]]
    assert effect["outputs"] == {"user_email": "kai@example.nz", "password_generated": True}
    page = (await registration("show", job)).out
    assert "Mere" in page
    assert "hush" not in page + result.out


async def test_the_history_has_decisions_with_person_and_channel(registration: Commands) -> None:
    """With searches, offered choices and refused answers, in the order of their times."""
    batch = await batch_at_company_gate(registration, None)
    [job] = batch.jobs
    wrong = registration.file("wrong.csv", "restaurant,answer\nKai 1,77\n")
    await registration("answer", batch.batch_id, "--file", wrong, "--by", "Tevita")
    again = registration.file("again.csv", "restaurant,answer\nKai 1,enter_by_hand\n")
    await registration("answer", batch.batch_id, "--file", again, "--by", "Mere")
    await converse(registration, batch.batch_id, "2", "y")
    page = (await registration("show", job)).out
    document = [
        "added to Monday",
        "searched the register for “kai”, “queen street auckland”",
        "company-selection: company 77",
        "company-selection: enter by hand",
        "3 Company Selection reopened, visit 2",
        "company-selection: KAI 1000002 LIMITED · 1000002",
    ]
    assert sorted(document, key=page.index) == document
    assert "saw 2 candidates, best KAI 1000001 LIMITED (90)" in page
    assert "refused: company 77 is not among the candidates" in page
    assert "Tevita (command line)" in page
    assert "was offered Use the details below; KAI 1000001 LIMITED · 1000001;" in page
    result = (await registration("show", job, "--json")).json
    assert [row["accepted"] for row in result["decisions"]] == [False, True, True]
    assert result["decisions"][2]["shown"]["title"] == "Kai 1 (Auckland)"
    assert [row["candidates"] for row in result["searches"]] == [2]


async def test_the_history_has_the_evidence_of_an_effect(registration: Commands) -> None:
    """The evidence of a completed effect, and the error of a failed one."""
    batch = await open_new_batch(registration, 1)
    evidence = {"uploaded": 31, "total": 31, "password": "hush-hush"}
    async with registration.database.transaction(registration.organisation_id) as transaction:
        key = (transaction, batch.jobs[0])
        for name in ("menuImport", "itemTags"):
            await move_sub_step(*key, name, SubStepStatus.IN_PROGRESS)
        known = Assurance.REPORTED
        await move_sub_step(*key, "menuImport", SubStepStatus.COMPLETED, evidence=evidence, known=known)
        await move_sub_step(*key, "itemTags", SubStepStatus.FAILED, error_message="the platform said no")
    page = (await registration("show", batch.jobs[0])).out
    [line] = [line for line in page.splitlines() if "menuImport" in line and "→ completed" in line]
    assert "total: 31, uploaded: 31" in line
    [line] = [line for line in page.splitlines() if "itemTags" in line and "→ failed" in line]
    assert "the platform said no" in line
    result = await registration("show", batch.jobs[0], "--json")
    assert "hush" not in page + result.out
    assert "completed (reported)" in page
    assert [row["known"] for row in result.json["sub_steps"] if row["known"]] == ["reported"]
    of_batch = await registration("show", batch.batch_id)
    assert "1 reported" in of_batch.out
    document = (await registration("show", batch.batch_id, "--json")).json
    assert document["restaurants"][0]["known"] == {"menuImport": "reported"}


async def test_the_register_entry_of_a_job_is_shown(registration: Commands) -> None:
    """Directors, shareholders, numbers and addresses; nothing without an entry."""
    batch = await batch_at_company_gate(registration, "1000001")
    [job] = batch.jobs
    assert (await registration("show", job, "--json")).json["register_entry"] is None
    await registration("answer", batch.batch_id, "--accept-recommended")
    entry = CompanyDetails(
        company_name="KAI 1000001 LIMITED",
        company_number="1000001",
        status="Registered",
        directors=(Director(name="Mere Walker", full_legal_name="MERE WALKER", appointed=date(2019, 5, 1)),),
        shareholders=(Shareholder(name="Hemi Tane", type="individual", percentage=25.5, held="joint"),),
        phones=("+6493791234",),
    )
    await registration.query(
        "update companies_office_search_candidates set selected_company_data = cast(:entry as jsonb)",
        entry=entry.model_dump_json(),
    )
    await registration.query("update registration_job_steps set status = 'completed' where step_number = 4")
    page = (await registration("show", job)).out
    assert "directors       Mere Walker since 2019-05-01" in page
    assert "shareholders    Hemi Tane 25.5 %, jointly" in page
    shown = (await registration("show", job, "--json")).json["register_entry"]
    assert (shown["company_number"], shown["phones"]) == ("1000001", ["+6493791234"])


async def test_a_narrow_terminal_breaks_no_words(registration: Commands) -> None:
    """A batch has one line per restaurant, with errors below; a job has one line per event."""
    batch = await batch_at_company_gate(registration, "1000001", None)
    await registration.query(
        "update registration_jobs set error_message = 'menuImport: the platform said success,\nbut has no items'"
        " where id = :job",
        job=batch.jobs[1],
    )
    async with run_at_terminal("show", batch.batch_id) as reading:
        assert await reading.exit_code() == 0
        await reading.wait_for("Kai 2: menuImport: the platform said success, but has no items")
    assert max(map(len, reading.output.splitlines())) <= 80
    assert len([line for line in reading.output.splitlines() if "action required  ✓✓?··  ···· ······ · ·" in line]) == 2
    async with run_at_terminal("show", batch.jobs[0]) as reading:
        assert await reading.exit_code() == 0
        await reading.wait_for("3 Company Selection  pending → action required  pipeline")


async def test_a_reason_is_printed_once(registration: Commands) -> None:
    """An effect stores the reason of the event that ended it."""
    batch = await open_new_batch(registration, 1)
    async with registration.database.transaction(registration.organisation_id) as transaction:
        key = (transaction, batch.jobs[0], "itemTags")
        attribution = Attribution("pipeline", "menuImport failed")
        await move_sub_step(*key, SubStepStatus.SKIPPED, attribution, skip_reason="menuImport failed")
    page = (await registration("show", batch.jobs[0])).out
    [line] = [line for line in page.splitlines() if "→ skipped" in line]
    assert line.count("menuImport failed") == 1


async def test_an_ambiguous_id_is_refused(registration: Commands) -> None:
    """With all ids that it may mean."""
    batch = await open_new_batch(registration, 2)
    beginning = "12345678-1234-1234-1234-12345678000"
    await registration.query("delete from registration_jobs where batch_job_id = :batch", batch=batch.batch_id)
    await registration.query(f"""
        insert into registration_jobs (id, organisation_id, batch_job_id, restaurant_id, position)
        select ('{beginning}' || row_number() over ())::uuid, organisation_id, '{batch.batch_id}', id,
            row_number() over () from restaurants
    """)
    result = await registration("show", beginning[:8])
    assert result.code == 2
    assert f"{beginning}1" in result.err
    assert f"{beginning}2" in result.err


async def test_the_installed_program_shows_a_batch(registration: Commands) -> None:
    """In a real process, with its settings from the environment."""
    batch = await batch_at_company_gate(registration, None)
    program = Path(sys.executable).parent / "registration"
    process = await asyncio.create_subprocess_exec(program, "show", str(batch.batch_id), stdout=asyncio.subprocess.PIPE)
    result, _ = await process.communicate()
    assert process.returncode == 0
    assert "Kai 1" in result.decode()
