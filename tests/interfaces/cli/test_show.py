"""`registration batches` and `registration show`: how batches and jobs stand."""

import asyncio
import sys
from pathlib import Path

from registration.states import Assurance, SubStepStatus
from registration.workflow.transition_queries import Attribution, move_sub_step
from tests.interfaces.cli.at_terminal import asked, at_terminal
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import at_company_gate, opened


async def test_batches_that_need_somebody_come_first(registration: Commands) -> None:
    """Then the newest; what waits is said."""
    assert "registration start" in (await registration("batches")).out
    waiting = await at_company_gate(registration, None, None)
    await registration.query("update restaurants set name = name || ' old', metadata = '{}'")
    await opened(registration, 1)
    said = await registration("batches", "--json")
    assert [one["status"] for one in said.json] == ["action_required", "pending"]
    first = said.json[0]
    assert (first["id"], first["waits_for"]) == (str(waiting.batch_id), "2 company selection")
    assert (first["jobs_total"], first["current_step"], first["percent"]) == (2, 3, 33)
    assert len((await registration("batches", "--json", "--limit", "1")).json) == 1
    assert "2 company selection" in (await registration("batches")).out


async def test_a_batch_has_a_row_per_restaurant(registration: Commands) -> None:
    """Status, step, what it waits for, its marks; the same for people and programs."""
    batch = await at_company_gate(registration, None, None)
    said = await registration("show", str(batch.batch_id)[:8], "--json")
    assert [one["restaurant"] for one in said.json["restaurants"]] == ["Kai 1", "Kai 2"]
    first = said.json["restaurants"][0]
    assert (first["status"], first["step"], first["waits_for"]) == ("action_required", 3, "Company Selection")
    assert first["steps"]["1"] == "completed"
    assert len(first["sub_steps"]) == 12
    page = (await registration("show", batch.batch_id)).out
    assert "✓✓?··" in page
    assert str(batch.jobs[0])[:8] in page


async def test_a_job_tells_its_story(registration: Commands) -> None:
    """What happened when and by whom, its effects with reasons and outputs; nothing that is called a password."""
    batch = await at_company_gate(registration, "1000001")
    [job] = batch.jobs
    await registration("answer", batch.batch_id, "--accept-recommended", "--by", "Mere")
    outputs = {"user_email": "kai@example.nz", "password": "hush-hush", "password_generated": True}
    async with registration.database.transaction(registration.organisation_id) as connection:
        organisation, name = registration.organisation_id, "createOnboardingUser"
        await move_sub_step(connection, organisation, job, name, SubStepStatus.IN_PROGRESS)
        await move_sub_step(connection, organisation, job, name, SubStepStatus.COMPLETED, outputs=outputs)
    said = await registration("show", str(job)[:8], "--json")
    assert [step["status"] for step in said.json["steps"][:3]] == ["completed"] * 3
    deeds = [(event["what"], event["to_status"], event["actor"]) for event in said.json["events"]]
    assert ("step 3", "completed", "Mere") in deeds
    [effect] = [one for one in said.json["sub_steps"] if one["outputs"]]
    assert effect["outputs"] == {"user_email": "kai@example.nz", "password_generated": True}
    page = (await registration("show", job)).out
    assert "Mere" in page
    assert "hush" not in page + said.out


async def test_the_story_says_who_decided_what_through_which_door(registration: Commands) -> None:
    """With what was searched and seen, and with answers that were refused; in the order in which it happened."""
    batch = await at_company_gate(registration, None)
    [job] = batch.jobs
    wrong = registration.file("wrong.csv", "restaurant,answer\nKai 1,77\n")
    await registration("answer", batch.batch_id, "--file", wrong, "--by", "Tevita")
    again = registration.file("again.csv", "restaurant,answer\nKai 1,enter_by_hand\n")
    await registration("answer", batch.batch_id, "--file", again, "--by", "Mere")
    await asked(registration, batch.batch_id, "2", "y")
    page = (await registration("show", job)).out
    told = [
        "added to Monday",
        "searched the register for “kai”, “queen street auckland”",
        "company-selection: company 77",
        "company-selection: enter by hand",
        "3 Company Selection reopened, visit 2",
        "company-selection: KAI 1000002 LIMITED · 1000002",
    ]
    assert sorted(told, key=page.index) == told
    assert "saw 2 candidates, best KAI 1000001 LIMITED (90)" in page
    assert "refused: company 77 is not among the candidates" in page
    assert "Tevita (command line)" in page
    assert "was offered Use the details below; KAI 1000001 LIMITED · 1000001;" in page
    said = (await registration("show", job, "--json")).json
    assert [one["accepted"] for one in said["decisions"]] == [False, True, True]
    assert said["decisions"][2]["shown"]["title"] == "Kai 1 (Auckland)"
    assert [one["candidates"] for one in said["searches"]] == [2]


async def test_the_story_shows_the_evidence_of_an_effect(registration: Commands) -> None:
    """What was read back; and why another failed."""
    batch = await opened(registration, 1)
    evidence = {"uploaded": 31, "total": 31, "password": "hush-hush"}
    async with registration.database.transaction(registration.organisation_id) as connection:
        key = (connection, registration.organisation_id, batch.jobs[0])
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
    said = await registration("show", batch.jobs[0], "--json")
    assert "hush" not in page + said.out
    assert "completed (reported)" in page
    assert [one["known"] for one in said.json["sub_steps"] if one["known"]] == ["reported"]
    of_batch = await registration("show", batch.batch_id)
    assert "1 reported" in of_batch.out
    document = (await registration("show", batch.batch_id, "--json")).json
    assert document["restaurants"][0]["known"] == {"menuImport": "reported"}


async def test_a_narrow_terminal_breaks_no_words(registration: Commands) -> None:
    """Of a batch each restaurant is one line, and errors stand below; of a job what happened is told line by line."""
    batch = await at_company_gate(registration, "1000001", None)
    await registration.query(
        "update registration_jobs set error_message = 'menuImport: the platform said success,\nbut has no items'"
        " where id = :job",
        job=batch.jobs[1],
    )
    async with at_terminal("show", batch.batch_id) as reading:
        assert await reading.ended() == 0
        await reading.until("Kai 2: menuImport: the platform said success, but has no items")
    assert max(map(len, reading.said.splitlines())) <= 80
    assert len([line for line in reading.said.splitlines() if "action required  ✓✓?··  ···· ······ · ·" in line]) == 2
    async with at_terminal("show", batch.jobs[0]) as reading:
        assert await reading.ended() == 0
        await reading.until("3 Company Selection  pending → action required  pipeline")


async def test_a_reason_is_told_once(registration: Commands) -> None:
    """An effect keeps the reason of the event that ended it."""
    batch = await opened(registration, 1)
    async with registration.database.transaction(registration.organisation_id) as connection:
        key = (connection, registration.organisation_id, batch.jobs[0], "itemTags")
        attribution = Attribution("pipeline", "menuImport failed")
        await move_sub_step(*key, SubStepStatus.SKIPPED, attribution, skip_reason="menuImport failed")
    page = (await registration("show", batch.jobs[0])).out
    [line] = [line for line in page.splitlines() if "→ skipped" in line]
    assert line.count("menuImport failed") == 1


async def test_an_id_that_fits_several_is_refused(registration: Commands) -> None:
    """All that it fits are named."""
    batch = await opened(registration, 2)
    beginning = "12345678-1234-1234-1234-12345678000"
    await registration.query("delete from registration_jobs where batch_job_id = :batch", batch=batch.batch_id)
    await registration.query(f"""
        insert into registration_jobs (id, organisation_id, batch_job_id, restaurant_id, position)
        select ('{beginning}' || row_number() over ())::uuid, organisation_id, '{batch.batch_id}', id,
            row_number() over () from restaurants
    """)
    said = await registration("show", beginning[:8])
    assert said.code == 2
    assert f"{beginning}1" in said.err
    assert f"{beginning}2" in said.err


async def test_the_installed_program_does_the_same(registration: Commands) -> None:
    """A real process, with its settings from the environment."""
    batch = await at_company_gate(registration, None)
    program = Path(sys.executable).parent / "registration"
    process = await asyncio.create_subprocess_exec(program, "show", str(batch.batch_id), stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    assert "Kai 1" in said.decode()
