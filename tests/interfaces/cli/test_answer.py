"""`registration answer` from a file and as recommended, on stored rows."""

import asyncio
import json
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.workflow.lease import Lease
from registration.workflow.lease_queries import lock_lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import batch_at_company_gate, batch_at_config_gate
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
    """The file names restaurants by name, external id or job id; person and channel are stored."""
    batch = await batch_at_company_gate(registration, None, None, None)
    answers = _json(("kai 1", COMPANY), ("K-2", {"kind": "no_match"}), (str(batch.jobs[2]), {"kind": "leave_out"}))
    result = await registration(
        "answer", batch.batch_id, "--file", registration.file("answers.json", answers), "--by", "Mere"
    )
    assert result.code == 0, result.err + result.out
    assert "3 accepted, 0 refused" in result.out
    assert f"registration start --batch {batch.batch_id}" in result.out
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "completed", "skipped"]
    decisions = await _decisions(registration)
    assert {(row["decided_by"], row["source"], row["accepted"]) for row in decisions} == {("Mere", "cli", True)}


async def test_a_csv_file_is_accepted(registration: Commands) -> None:
    """A blank answer means "decide later"."""
    batch = await batch_at_company_gate(registration, None, None)
    file = registration.file("answers.csv", "restaurant,answer,company_number\nKai 1,company,1000002\nKai 2,,\n")
    assert (await registration("answer", batch.batch_id, "--file", file)).code == 0
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_wrong_rows_are_named_and_the_others_accepted(registration: Commands) -> None:
    """An unreadable row and an answer that breaks a rule each have a reason, and the exit code is 1."""
    batch = await batch_at_company_gate(registration, None, None)
    wrong = {"kind": "company", "company_number": "77"}
    answers = _json(("Kai 1", COMPANY), ("Kai 2", wrong), ("Nobody", COMPANY))
    result = await registration("answer", batch.batch_id, "--file", registration.file("a.json", answers), "--json")
    assert result.code == 1
    assert [(row["restaurant"], row["accepted"]) for row in result.json["decisions"]] == [
        ("Kai 1", True),
        ("Kai 2", False),
    ]
    assert "not among the candidates" in result.json["decisions"][1]["reason"]
    assert result.json["wrong_rows"][0]["place"] == "item 3"
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_the_second_answer_is_refused_with_the_name_of_the_first_person(registration: Commands) -> None:
    """The second answer is recorded as refused, and the exit code is 1."""
    batch = await batch_at_company_gate(registration, None)
    file = registration.file("a.json", _json(("Kai 1", COMPANY)))
    await registration("answer", batch.batch_id, "--file", file, "--by", "Mere")
    result = await registration("answer", batch.batch_id, "--file", file, "--by", "Tevita")
    assert result.code == 1
    assert "already decided by Mere (cli) at" in result.out
    decisions = await _decisions(registration)
    assert sorted((row["accepted"], row["decided_by"]) for row in decisions) == [(False, "Tevita"), (True, "Mere")]


async def test_recommended_companies_are_chosen_and_unclear_ones_left(registration: Commands) -> None:
    """The command chooses what the form preselects; the other questions stay open and are named."""
    batch = await batch_at_company_gate(registration, "1000002", None)
    result = await registration("answer", batch.batch_id, "--accept-recommended", "--json")
    assert result.code == 0, result.err
    [decided] = result.json["decisions"]
    assert decided["answer"] == {"kind": "company", "company_number": "1000002"}
    assert [row["job_id"] for row in result.json["not_answered"]] == [str(batch.jobs[1])]
    assert result.json["worked_on"] is False
    assert [await _status(registration, job, 3) for job in batch.jobs] == ["completed", "action_required"]


async def test_recommended_configurations_are_confirmed_unless_preflight_refuses(
    registration: Commands, everything: AsyncConnection
) -> None:
    """A configuration without an e-mail needs a person."""
    batch = await batch_at_config_gate(registration, "kai@example.nz", None)
    for row in await registration.query("select restaurant_id from registration_jobs"):
        menu = await add(everything, "menus", registration.organisation_id, restaurant_id=row["restaurant_id"])
        await add(everything, "menu_items", registration.organisation_id, menu_id=menu)
    result = await registration("answer", batch.batch_id, "--accept-recommended")
    assert result.code == 0, result.err
    assert "this needs a person" in result.out
    assert [await _status(registration, job, 5) for job in batch.jobs] == ["completed", "action_required"]


async def test_the_process_that_works_on_the_batch_reads_the_answers(registration: Commands) -> None:
    """With a live lease no flow run is started."""
    batch = await batch_at_company_gate(registration, "1000001")
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    result = await registration("answer", batch.batch_id, "--accept-recommended")
    assert "reads them by itself" in result.out
    assert "registration start" not in result.out


async def test_an_answer_waits_for_a_process_that_is_about_to_end(registration: Commands) -> None:
    """The answer locks the lease's row: the process reads it before it releases the lease, or has released it."""
    batch = await batch_at_company_gate(registration, "1000001")
    async with registration.database.transaction(registration.organisation_id) as transaction:
        await lock_lease(transaction, batch.batch_id)
        answering = asyncio.create_task(registration("answer", batch.batch_id, "--accept-recommended"))
        done, _ = await asyncio.wait({answering}, timeout=1)
        assert not done
    assert (await asyncio.wait_for(answering, HANG)).code == 0


async def test_a_batch_without_open_questions_is_no_error(registration: Commands) -> None:
    """All restaurants of the batch are answered."""
    batch = await batch_at_company_gate(registration, "1000001")
    await registration("answer", batch.batch_id, "--accept-recommended")
    result = await registration("answer", batch.batch_id, "--accept-recommended")
    assert result.code == 0
    assert "nothing waits" in result.out


async def test_wrong_use_is_exit_code_2(registration: Commands) -> None:
    """Neither or both options, a missing file, an empty name."""
    batch = await batch_at_company_gate(registration, None)
    for arguments in ((), ("--file", "a.json", "--accept-recommended"), ("--file", "no-such-file.json")):
        assert (await registration("answer", batch.batch_id, *arguments)).code == 2
    nobody = await registration("answer", batch.batch_id, "--accept-recommended", "--by", " ")
    assert (nobody.code, "--by" in nobody.err) == (2, True)
