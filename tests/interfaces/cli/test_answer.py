"""`registration answer`: the second door of the gates, on stored rows."""

import asyncio
import json
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.workflow.lease import Lease
from registration.workflow.lease_queries import lock_lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import at_company_gate, at_config_gate
from tests.registration.database.rows import add
from tests.waiting import HANG

COMPANY = {"kind": "company", "company_number": "1000001"}


def _json(*rows: tuple[str, dict[str, str]]) -> str:
    return json.dumps([{"restaurant": restaurant, "answer": answer} for restaurant, answer in rows])


async def _decisions(registration: Commands) -> list[dict[str, object]]:
    return await registration.query("select * from registration_decisions order by decided_at")


async def _status(registration: Commands, job_id: UUID, step: int) -> str:
    [row] = await registration.query(
        "select status from registration_job_steps where job_id = :job and step_number = :step", job=job_id, step=step
    )
    return row["status"]


async def test_answers_of_a_file_move_the_restaurants_on(registration: Commands) -> None:
    """Named by name, external id or job id; who decided through which door is kept."""
    batch = await at_company_gate(registration, None, None, None)
    answers = _json(("kai 1", COMPANY), ("K-2", {"kind": "no_match"}), (str(batch.jobs[2]), {"kind": "leave_out"}))
    said = await registration(
        "answer", batch.batch_id, "--file", registration.file("answers.json", answers), "--by", "Mere"
    )
    assert said.code == 0, said.err + said.out
    assert "3 accepted, 0 refused" in said.out
    assert f"registration start --batch {batch.batch_id}" in said.out
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "completed", "skipped"]
    decisions = await _decisions(registration)
    assert {(one["decided_by"], one["source"], one["accepted"]) for one in decisions} == {("Mere", "cli", True)}


async def test_a_csv_file_is_as_good(registration: Commands) -> None:
    """Blank answers decide later."""
    batch = await at_company_gate(registration, None, None)
    file = registration.file("answers.csv", "restaurant,answer,company_number\nKai 1,company,1000002\nKai 2,,\n")
    assert (await registration("answer", batch.batch_id, "--file", file)).code == 0
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_wrong_rows_are_named_and_the_others_count(registration: Commands) -> None:
    """A row that cannot be read and an answer that breaks a rule: exit code 1, each with its reason."""
    batch = await at_company_gate(registration, None, None)
    wrong = {"kind": "company", "company_number": "77"}
    answers = _json(("Kai 1", COMPANY), ("Kai 2", wrong), ("Nobody", COMPANY))
    said = await registration("answer", batch.batch_id, "--file", registration.file("a.json", answers), "--json")
    assert said.code == 1
    assert [(one["restaurant"], one["accepted"]) for one in said.json["decisions"]] == [
        ("Kai 1", True),
        ("Kai 2", False),
    ]
    assert "not among the candidates" in said.json["decisions"][1]["reason"]
    assert said.json["wrong_rows"][0]["place"] == "item 3"
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_the_second_answer_is_told_who_was_first(registration: Commands) -> None:
    """It is recorded as refused, and the exit code is 1."""
    batch = await at_company_gate(registration, None)
    file = registration.file("a.json", _json(("Kai 1", COMPANY)))
    await registration("answer", batch.batch_id, "--file", file, "--by", "Mere")
    said = await registration("answer", batch.batch_id, "--file", file, "--by", "Tevita")
    assert said.code == 1
    assert "already decided by Mere (cli) at" in said.out
    decisions = await _decisions(registration)
    assert sorted((one["accepted"], one["decided_by"]) for one in decisions) == [(False, "Tevita"), (True, "Mere")]


async def test_recommended_companies_are_taken_and_unclear_ones_left(registration: Commands) -> None:
    """Exactly what the form preselects; "decide later" stays open and is named."""
    batch = await at_company_gate(registration, "1000002", None)
    said = await registration("answer", batch.batch_id, "--accept-recommended", "--json")
    assert said.code == 0, said.err
    [decided] = said.json["decisions"]
    assert decided["answer"] == {"kind": "company", "company_number": "1000002"}
    assert [one["job_id"] for one in said.json["not_answered"]] == [str(batch.jobs[1])]
    assert said.json["worked_on"] is False
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_recommended_configurations_are_taken_unless_preflight_refuses(
    registration: Commands, everything: AsyncConnection
) -> None:
    """One without an e-mail needs a person."""
    batch = await at_config_gate(registration, "kai@example.nz", None)
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)
    said = await registration("answer", batch.batch_id, "--accept-recommended")
    assert said.code == 0, said.err
    assert "this needs a person" in said.out
    assert [await _status(registration, job, 5) for job in batch.jobs] == ["completed", "action_required"]


async def test_the_process_that_works_on_the_batch_picks_answers_up(registration: Commands) -> None:
    """With a live lease nothing has to be started."""
    batch = await at_company_gate(registration, "1000001")
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    said = await registration("answer", batch.batch_id, "--accept-recommended")
    assert "picks them up by itself" in said.out
    assert "registration start" not in said.out


async def test_an_answer_waits_for_a_process_that_is_about_to_end(registration: Commands) -> None:
    """It locks the lease's row too: a process reads the answer before it releases, or has already released."""
    batch = await at_company_gate(registration, "1000001")
    async with registration.database.transaction(registration.organisation_id) as connection:
        await lock_lease(connection, registration.organisation_id, batch.batch_id)
        answering = asyncio.create_task(registration("answer", batch.batch_id, "--accept-recommended"))
        done, _ = await asyncio.wait({answering}, timeout=1)
        assert not done
    assert (await asyncio.wait_for(answering, HANG)).code == 0


async def test_nothing_to_answer_is_said(registration: Commands) -> None:
    """A batch of which nobody waits."""
    batch = await at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    said = await registration("answer", batch.batch_id, "--accept-recommended")
    assert said.code == 0
    assert "nothing waits" in said.out


async def test_wrong_use_is_said(registration: Commands) -> None:
    """Neither or both ways, no such file, nobody's name."""
    batch = await at_company_gate(registration, None)
    for arguments in ((), ("--file", "a.json", "--accept-recommended"), ("--file", "no-such-file.json")):
        assert (await registration("answer", batch.batch_id, *arguments)).code == 2
    nobody = await registration("answer", batch.batch_id, "--accept-recommended", "--by", " ")
    assert (nobody.code, "--by" in nobody.err) == (2, True)
