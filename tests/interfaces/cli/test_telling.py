"""`registration retry`, `resolve`, `cancel` and `continue`: they write, and say what follows."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest_asyncio

from registration.workflow.lease import Lease
from registration.workflow.sub_steps import SUB_STEPS
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.gates import Waiting, at_company_gate, opened

MENU = "menuImport"


@pytest_asyncio.fixture
async def worked_on(registration: Commands) -> AsyncGenerator[Waiting]:
    """A batch of two on which a process works."""
    batch = await opened(registration, 2)
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    yield batch
    await lease.release()


async def at_step_6(registration: Commands, job_id: UUID, **effects: str) -> None:
    """A restaurant whose step 6 failed; the twelve are completed but for `effects`."""
    query = registration.query
    await query("update registration_jobs set execution_config = '{}', status = 'failed' where id = :job", job=job_id)
    await query("update registration_job_steps set status = 'completed' where job_id = :job", job=job_id)
    failed = "update registration_job_steps set status = 'failed' where job_id = :job and step_number = 6"
    await query(failed, job=job_id)
    for name in SUB_STEPS:
        status = effects.get(name, "completed")
        change = "update registration_sub_steps set status = :status where job_id = :job and name = :name"
        await query(change, job=job_id, name=name, status=status)


async def effect(registration: Commands, job_id: UUID, name: str = MENU) -> dict[str, object]:
    """A row of the ledger."""
    [row] = await registration.query(
        "select * from registration_sub_steps where job_id = :job and name = :name", job=job_id, name=name
    )
    return row


async def unknown(registration: Commands, job_id: UUID, *, needs_person: bool = True) -> None:
    """An import of which nobody can tell."""
    await at_step_6(registration, job_id, menuImport="unknown")
    await registration.query(
        "update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6", job=job_id
    )
    await registration.query(
        "update registration_sub_steps set sent_at = clock_timestamp(), needs_person = :needs, evidence = null"
        " where job_id = :job and name = 'menuImport'",
        job=job_id,
        needs=needs_person,
    )
    await registration.query("update registration_jobs set status = 'action_required' where id = :job", job=job_id)


async def test_a_failed_job_is_opened_again(registration: Commands, worked_on: Waiting) -> None:
    """Its failed sub-step with a new generation, step 6 and the job; the event has the name."""
    job = worked_on.jobs[0]
    await at_step_6(registration, job, menuImport="failed")
    said = await registration("retry", job, "--by", "Mere", "--why", "mended", "--json")
    assert said.code == 0, said.err
    assert (said.json["steps"], said.json["sub_steps"], said.json["worked_on"]) == ([6], [MENU], True)
    row = await effect(registration, job)
    assert (row["status"], row["generation"]) == ("pending", 2)
    events = await registration.query("select what, actor, reason from registration_events where actor = 'Mere'")
    assert {(one["what"], one["reason"]) for one in events} >= {
        ("step 6 reopened", "mended"),
        ("menuImport reopened", "mended"),
    }


async def test_completed_work_is_refused_with_a_list(registration: Commands, worked_on: Waiting) -> None:
    """Wrong use, and nothing is changed."""
    job = worked_on.jobs[0]
    await at_step_6(registration, job)
    said = await registration("retry", job, "--sub-step", "optionSets")
    assert said.code == 2
    assert "completed: optionSets; name each with --redo" in said.err
    assert (await effect(registration, job, "optionSets"))["generation"] == 1


async def test_the_platform_must_be_known_before_something_is_created_again(
    registration: Commands, worked_on: Waiting
) -> None:
    """Nobody can say whether the first one is still there: it stays."""
    job = worked_on.jobs[0]
    await at_step_6(registration, job)
    said = await registration("retry", job, "--redo", "optionSets")
    assert said.code == 1
    assert "set REGISTRATION_PLATFORM_URL and REGISTRATION_PLATFORM_KEY" in said.err
    assert (await effect(registration, job, "optionSets"))["status"] == "completed"


async def test_all_failed_jobs_of_a_batch(registration: Commands, worked_on: Waiting) -> None:
    """What could be opened, and what could not and why; exit code 1 for the latter."""
    first, second = worked_on.jobs
    await at_step_6(registration, first, menuImport="failed")
    await at_step_6(registration, second)
    said = await registration("retry", worked_on.batch_id, "--failed", "--json")
    assert said.code == 0, said.err
    assert [one["job_id"] for one in said.json["opened"]] == [str(first), str(second)]
    assert said.json["opened"][1] == {
        "job_id": str(second),
        "batch_id": str(worked_on.batch_id),
        "restaurant": "Kai 2",
        "steps": [6],
        "sub_steps": [],
    }
    assert (await registration("retry", worked_on.batch_id, "--failed")).code == 2


async def test_a_job_in_a_cancelled_batch_clears_its_flags(registration: Commands, worked_on: Waiting) -> None:
    """Once the cancel is settled; the other job stays cancelled."""
    first, second = worked_on.jobs
    assert (await registration("cancel", worked_on.batch_id, "--by", "Mere")).code == 0
    refused = await registration("retry", first)
    assert (refused.code, "is being cancelled" in refused.err) == (2, True)
    await cancelled(registration, worked_on)
    assert (await registration("retry", first)).code == 0
    [batch] = await registration.query("select stop_requested_at, cancelled_at from registration_batch_jobs")
    assert (batch["stop_requested_at"], batch["cancelled_at"]) == (None, None)
    jobs = await registration.query("select id, status from registration_jobs order by position")
    assert [(one["id"], one["status"]) for one in jobs] == [(first, "in_progress"), (second, "cancelled")]


async def cancelled(registration: Commands, batch: Waiting) -> None:
    """The run has settled the cancel."""
    for table in ("registration_jobs", "registration_job_steps", "registration_sub_steps"):
        await registration.query(f"update {table} set status = 'cancelled'")
    done = "update registration_batch_jobs set cancelled_at = clock_timestamp() where id = :batch"
    await registration.query(done, batch=batch.batch_id)


async def test_a_restaurant_that_is_active_elsewhere_is_not_opened(registration: Commands, worked_on: Waiting) -> None:
    """The other batch is named."""
    await at_step_6(registration, worked_on.jobs[0], menuImport="failed")
    [restaurant] = await registration.query("select restaurant_id from registration_jobs where position = 1")
    await registration.query(
        "with b as (insert into registration_batch_jobs (organisation_id, name, created_by)"
        " values (:organisation, 'Tuesday', 'Mere') returning id)"
        " insert into registration_jobs (organisation_id, batch_job_id, restaurant_id, position)"
        " select :organisation, b.id, :restaurant, 1 from b",
        organisation=registration.organisation_id,
        restaurant=restaurant["restaurant_id"],
    )
    said = await registration("retry", worked_on.jobs[0])
    assert (said.code, "Kai 1 is in the active batch “Tuesday”" in said.err) == (2, True)


async def test_a_person_says_that_it_is_there(registration: Commands, worked_on: Waiting) -> None:
    """Completed, with what was said as its evidence; the job goes on."""
    job = worked_on.jobs[0]
    await unknown(registration, job)
    said = await registration("resolve", job, MENU, "--it-is-there", "--by", "Mere", "--why", "41 items", "--json")
    assert said.code == 0, said.err
    row = await effect(registration, job)
    assert (row["status"], row["needs_person"]) == ("completed", False)
    assert row["evidence"] == {"said_by": "Mere", "why": "41 items"}
    [found] = await registration.query("select status from registration_jobs where id = :job", job=job)
    assert found["status"] == "in_progress"


async def test_a_person_says_that_it_shall_be_done_again(registration: Commands, worked_on: Waiting) -> None:
    """Pending, and that it was sent before is not forgotten."""
    job = worked_on.jobs[0]
    await unknown(registration, job)
    said = await registration("resolve", job, MENU, "--do-it-again", "--by", "Mere", "--why", "empty")
    assert said.code == 0, said.err
    row = await effect(registration, job)
    assert (row["status"], row["sent_at"], row["needs_person"]) == ("pending", None, False)
    assert isinstance(row["evidence"], dict)
    assert row["evidence"]["sent_before"]


async def test_what_is_not_for_a_person_is_not_resolved(registration: Commands, worked_on: Waiting) -> None:
    """What is still looked for, and what is known; and one of the two findings must be said."""
    job = worked_on.jobs[0]
    await unknown(registration, job, needs_person=False)
    words = ("--by", "Mere", "--why", "I think so")
    assert "still being looked for" in (await registration("resolve", job, MENU, "--it-is-there", *words)).err
    assert "nothing to resolve" in (await registration("resolve", job, "itemTags", "--it-is-there", *words)).err
    assert (await registration("resolve", job, MENU, *words)).code == 2


async def test_a_restaurant_of_a_batch_that_nobody_started_is_cancelled_without_starting_it(
    registration: Commands,
) -> None:
    """It can be taken into another batch at once; the other restaurant waits for the start as before."""
    batch = await opened(registration, 2)
    said = await registration("cancel", batch.jobs[0], "--by", "Mere", "--json")
    assert said.code == 0, said.err
    assert (said.json["settled"], said.json["started"]) == (True, None)
    jobs = await registration.query("select status from registration_jobs order by position")
    assert [job["status"] for job in jobs] == ["cancelled", "pending"]
    [row] = await registration.query("select started_at from registration_batch_jobs")
    assert row["started_at"] is None
    open_ = "select 1 from registration_sub_steps where job_id = :job and status <> 'cancelled'"
    assert await registration.query(open_, job=batch.jobs[0]) == []


async def test_cancel_says_what_is_still_out(registration: Commands, worked_on: Waiting) -> None:
    """And that nothing starts any more; twice is no error."""
    await unknown(registration, worked_on.jobs[0])
    for _ in range(2):
        said = await registration("cancel", worked_on.batch_id, "--by", "Mere", "--json")
        assert said.code == 0, said.err
        assert [(one["sub_step"], one["needs_person"]) for one in said.json["in_flight"]] == [(MENU, True)]
    events = await registration.query("select actor from registration_events where what = 'batch stop requested'")
    assert [event["actor"] for event in events] == ["Mere"]


async def test_one_job_is_cancelled_alone(registration: Commands, worked_on: Waiting) -> None:
    """The other goes on."""
    said = await registration("cancel", worked_on.jobs[0])
    assert (said.code, "nothing is out" in said.out) == (0, True)
    jobs = await registration.query("select stop_requested_at from registration_jobs order by position")
    assert [job["stop_requested_at"] is not None for job in jobs] == [True, False]


async def test_what_has_ended_cannot_be_cancelled(registration: Commands, worked_on: Waiting) -> None:
    """It is said how it ended."""
    await at_step_6(registration, worked_on.jobs[0])
    said = await registration("cancel", worked_on.jobs[0])
    assert (said.code, "Kai 1 is failed: there is nothing to cancel" in said.err) == (2, True)


async def test_only_a_stopped_batch_is_continued(registration: Commands, worked_on: Waiting) -> None:
    """Once, under the name of who did it."""
    refused = await registration("continue", worked_on.batch_id)
    assert (refused.code, "was not stopped" in refused.err) == (2, True)
    await registration.query("update registration_batch_jobs set stopped_reason = '3 of 4 failed'")
    assert (await registration("continue", worked_on.batch_id, "--by", "Mere")).code == 0
    [batch] = await registration.query("select stopped_reason, continued_at from registration_batch_jobs")
    assert (batch["stopped_reason"], batch["continued_at"] is None) == (None, False)
    assert (await registration("continue", worked_on.batch_id)).code == 2


async def test_another_organisations_batch_is_not_found(registration: Commands) -> None:
    """Whatever is said to it."""
    batch = await at_company_gate(registration, None)
    elsewhere = ("--organisation", str(uuid4()))
    for command in (("cancel", batch.batch_id), ("continue", batch.batch_id), ("retry", batch.jobs[0])):
        said = await registration(*command, *elsewhere)
        assert (said.code, "there is no" in said.err) == (2, True)
